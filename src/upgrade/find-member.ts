import { realMilliseconds } from '../clock.ts';
import type { Actor, Context } from '../context.ts';
import type { SlackUser } from '../slack/port.ts';
import { whenAllowed } from '../slack/when-allowed.ts';
import type { Member } from './authority.ts';
import { PATIENCE } from './directory.ts';

/** Watchbell itself, and whoever needs no more than an invitation. */
export const UNBARRED: Member = { guest: false, bot: false, deactivated: false, foreign: false };

/** Who acts, by Slack's word at this moment. Somebody whom Slack does not know has no standing at all. */
export async function findMember(context: Context, actor: Actor): Promise<Member> {
  if (actor.userId === null) return UNBARRED;
  const user = await findActor(context, actor);
  if (!user) return { ...UNBARRED, foreign: true };
  return {
    guest: user.guest,
    bot: user.bot,
    deactivated: user.deactivated,
    foreign: user.teamId !== actor.teamId,
  };
}

const asked = new WeakMap<Actor, Promise<SlackUser | undefined>>();

/**
 * Each act has an actor object of its own, made from its signed payload: Slack is asked once for each, however many steps
 * the act has. Waits out Slack's limits for as long as a form may.
 */
export function findActor(context: Context, actor: Actor): Promise<SlackUser | undefined> {
  const { teamId, userId } = actor;
  if (userId === null) return Promise.resolve(undefined);
  const slack = context.slack.of(teamId);
  const answer =
    asked.get(actor) ?? whenAllowed(() => slack.user(userId), realMilliseconds() + PATIENCE.form);
  asked.set(actor, answer);
  return answer;
}
