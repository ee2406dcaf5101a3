import type { Context } from '../context.ts';
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
