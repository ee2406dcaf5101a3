import type { Context } from '../context.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { SlackUser } from '../slack/port.ts';
import type { Upgrade } from './store.ts';

export interface Audience {
  /** Each once. */
  people: SlackUser[];
  /** Who of the plan's audience cannot be reached, and why. */
  leftOut: { target: string; why: string }[];
}

/**
 * The people of the plan's audience by Slack's word at this moment: those named and the members of its groups, and with
 * `channels` the members of its channels too. Throws a `SlackFailure` where Slack cannot be asked.
 */
export async function findAudience(
  context: Context,
  { teamId, plan }: Upgrade,
  { channels }: { channels: boolean },
): Promise<Audience> {
  const slack = context.slack.of(teamId);
  const { audience } = plan;
  const leftOut: Audience['leftOut'] = [];
  const lists = await Promise.all([
    ...audience.groups.map((group) => orLeftOut(group, 'group', slack.groupMembers(group))),
    ...(channels ? audience.channels.map((id) => orLeftOut(id, 'channel', slack.members(id))) : []),
  ]);
  for (const list of lists) if (list.leftOut) leftOut.push(list.leftOut);
  const named = new Set([...audience.users, ...lists.flatMap(({ members }) => members)]);
  const known = new Map(named.size > 0 ? (await slack.users()).map((user) => [user.id, user]) : []);
  const people: SlackUser[] = [];
  for (const id of named) {
    const user = known.get(id);
    const why = whyUnreachable(user, teamId);
    if (why) leftOut.push({ target: id, why });
    else if (user) people.push(user);
  }
  return { people, leftOut };
}

interface Listed {
  members: string[];
  leftOut?: Audience['leftOut'][number];
}

const GONE: readonly string[] = ['no_such_subteam', 'channel_not_found'];

/** A group or channel that Slack does not list, as when it was deleted: the others must still be told. */
async function orLeftOut(target: string, what: string, members: Promise<string[]>): Promise<Listed> {
  try {
    return { members: await members };
  } catch (error) {
    if (!(error instanceof SlackFailure) || error.kind !== 'refused' || error.accessLost) throw error;
    const why = GONE.includes(error.reason)
      ? `Slack does not know this ${what} any more`
      : `Slack does not list this ${what} (${error.reason})`;
    return { members: [], leftOut: { target, why } };
  }
}

function whyUnreachable(user: SlackUser | undefined, teamId: string): string | undefined {
  if (!user) return 'Slack does not know this account any more';
  if (user.deactivated) return 'the account is deactivated';
  if (user.bot) return 'the account is a bot';
  if (user.teamId !== teamId) return 'the account belongs to another organisation';
  return undefined;
}
