import type { Context } from '../context.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { SlackUser } from '../slack/port.ts';
import type { Upgrade } from '../upgrade/store.ts';

/**
 * Everybody whom the upgrade affected, by Slack's word at this moment, each once: no bots, nobody deactivated, nobody of
 * another organisation. Throws a `SlackFailure` where Slack cannot be asked.
 */
export async function findAudience(context: Context, { teamId, plan }: Upgrade): Promise<SlackUser[]> {
  const slack = context.slack.of(teamId);
  const { channels, groups, users } = plan.audience;
  const members = await Promise.all([
    ...channels.map((channel) => orNobody(slack.members(channel))),
    ...groups.map((group) => orNobody(slack.groupMembers(group))),
  ]);
  const named = new Set([...users, ...members.flat()]);
  return (await slack.users()).filter(
    (user) => named.has(user.id) && !user.bot && !user.deactivated && user.teamId === teamId,
  );
}

/** A channel or a group that is gone: the others are still asked. */
async function orNobody(members: Promise<string[]>): Promise<string[]> {
  try {
    return await members;
  } catch (error) {
    if (error instanceof SlackFailure && error.kind === 'refused') return [];
    throw error;
  }
}
