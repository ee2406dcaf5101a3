import type { Context } from '../context.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { SlackClient, SlackUser } from '../slack/port.ts';
import type { Upgrade } from '../upgrade/store.ts';

/** Who is told, by the facts of this moment: each channel and each person once. */
export interface Recipients {
  channels: string[];
  people: string[];
  /** Who of the plan's audience cannot be told, and why. */
  leftOut: { target: string; why: string }[];
}

/** The channels in which everybody is told. */
export const channelsOf = ({ plan }: Pick<Upgrade, 'plan'>): string[] => [
  ...new Set([...plan.channels.announce, ...plan.audience.channels]),
];

/** Expands the audience's groups and leaves out who cannot read a message. Throws a `SlackFailure` where Slack cannot be asked. */
export async function findRecipients(context: Context, upgrade: Upgrade): Promise<Recipients> {
  const slack = context.slack.of(upgrade.teamId);
  const { groups, users } = upgrade.plan.audience;
  const leftOut: Recipients['leftOut'] = [];
  const named = new Set(users);
  for (const group of groups) {
    const members = await findMembers(slack, group);
    if (members) for (const member of members) named.add(member);
    else leftOut.push({ target: group, why: 'Slack does not know this group any more' });
  }
  const known = new Map(named.size > 0 ? (await slack.users()).map((user) => [user.id, user]) : []);
  const people: string[] = [];
  for (const id of named) {
    const why = whyUnreachable(known.get(id), upgrade.teamId);
    if (why) leftOut.push({ target: id, why });
    else people.push(id);
  }
  return { channels: channelsOf(upgrade), people, leftOut };
}

/** Undefined for a group that was disabled or deleted: the others must still be told. */
async function findMembers(slack: SlackClient, group: string): Promise<string[] | undefined> {
  try {
    return await slack.groupMembers(group);
  } catch (error) {
    if (error instanceof SlackFailure && error.kind === 'refused') return undefined;
    throw error;
  }
}

function whyUnreachable(user: SlackUser | undefined, teamId: string): string | undefined {
  if (!user) return 'Slack does not know this account any more';
  if (user.deactivated) return 'the account is deactivated';
  if (user.bot) return 'the account is a bot';
  if (user.teamId !== teamId) return 'the account belongs to another organisation';
  return undefined;
}
