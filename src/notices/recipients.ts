import type { Context, Unit } from '../context.ts';
import { watchbell } from '../context.ts';
import { append } from '../record/index.ts';
import type { Row } from '../timetable/index.ts';
import { type Audience, findAudience } from '../upgrade/find-audience.ts';
import type { Upgrade } from '../upgrade/store.ts';

/** Who is told, by the facts of this moment: each channel and each person once. */
export interface Recipients {
  channels: string[];
  people: string[];
  leftOut: Audience['leftOut'];
}

/** The channels in which everybody is told. */
export const channelsOf = ({ plan }: Pick<Upgrade, 'plan'>): string[] => [
  ...new Set([...plan.channels.announce, ...plan.audience.channels]),
];

/** Members of the channels read it there: only those named, and the groups, get direct messages. */
export async function findRecipients(context: Context, upgrade: Upgrade): Promise<Recipients> {
  const { people, leftOut } = await findAudience(context, upgrade, { channels: false });
  return { channels: channelsOf(upgrade), people: people.map(({ id }) => id), leftOut };
}

/** Whom a message of the timetable goes to, and who cannot be told, as it was found when it was due. */
export async function recordAudience(
  unit: Unit,
  { teamId, upgradeId, kind, slot }: Row,
  { channels, people, leftOut }: Recipients,
): Promise<void> {
  await append(unit, watchbell(teamId), upgradeId, 'audience.resolved', {
    kind,
    slot,
    channels: channels.length,
    people: people.length,
    leftOut,
  });
}
