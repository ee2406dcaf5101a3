import { type Actor, type Context, transact, type Unit } from '../context.ts';
import { notAllowed, wrongState } from '../errors.ts';
import { append, nameUpgrade } from '../record/index.ts';
import { traced } from '../trace.ts';
import { type Member, mayAct, type Permission, ROLE_NAMES, type Role, rolesOf } from './authority.ts';
import { decideTransition, type State, type Verb } from './lifecycle.ts';
import { lockUpgrade, type Upgrade } from './store.ts';

export interface Attempt {
  actor: Actor;
  upgradeId: number;
  verb: Verb;
  /** What only the caller's slice knows about this person and this moment. */
  standing?: (unit: Unit, upgrade: Upgrade) => Promise<{ escalated?: boolean; audience?: boolean }>;
}

/** The upgrade as it was when the verb was allowed, and the state that the verb leads to. */
export interface Allowed {
  upgrade: Upgrade;
  to: State;
}

/**
 * How every verb runs: who is this, is it theirs to do, may it follow the present state, then `work`, all in one
 * transaction on the locked upgrade. A refusal stays on the record; the person is told why, and who can.
 */
export async function perform<T>(
  context: Context,
  attempt: Attempt,
  work: (unit: Unit, allowed: Allowed) => Promise<T>,
): Promise<T> {
  const upgrade = await nameUpgrade(context, attempt.upgradeId);
  return traced({ name: `verb ${attempt.verb}`, fields: { upgrade } }, () =>
    permitted(context, attempt, work),
  );
}

async function permitted<T>(
  context: Context,
  attempt: Attempt,
  work: (unit: Unit, allowed: Allowed) => Promise<T>,
): Promise<T> {
  const { actor, verb, upgradeId } = attempt;
  const member = await findMember(context, actor);
  const outcome = await transact(context, async (unit) => {
    const upgrade = await lockUpgrade(unit, actor.teamId, upgradeId);
    const permission = await permit(unit, attempt, upgrade, member);
    if (!permission.allowed) {
      await append(unit, actor, upgradeId, 'act.refused', { verb, why: permission.why });
      return { refused: { permission, upgrade } };
    }
    const transition = decideTransition(upgrade.state, verb);
    if ('refusal' in transition) throw wrongState(transition.refusal, transition.next);
    return { refused: undefined, done: await work(unit, { upgrade, to: transition.to }) };
  });
  if (outcome.refused) {
    const { permission, upgrade } = outcome.refused;
    throw notAllowed(permission.why, await sayWhoCan(context, upgrade, permission.whoCan));
  }
  return outcome.done;
}

const WATCHBELL: Member = { guest: false, bot: false, deactivated: false, foreign: false };

/** Who acts, by Slack's word at this moment. Somebody whom Slack does not know has no standing at all. */
export async function findMember(context: Context, actor: Actor): Promise<Member> {
  if (actor.userId === null) return WATCHBELL;
  const user = await context.slack.of(actor.teamId).user(actor.userId);
  if (!user) return { ...WATCHBELL, foreign: true };
  return {
    guest: user.guest,
    bot: user.bot,
    deactivated: user.deactivated,
    foreign: user.teamId !== actor.teamId,
  };
}

async function permit(
  unit: Unit,
  { actor, verb, standing }: Attempt,
  upgrade: Upgrade,
  member: Member,
): Promise<Permission> {
  if (actor.userId === null) return { allowed: true };
  const { escalated, audience } = (await standing?.(unit, upgrade)) ?? {};
  const roles = rolesOf(upgrade.plan, actor.userId, { plannerId: upgrade.createdBy, audience });
  return mayAct({ verb, roles, member, escalated });
}

/** "Ask @priya (the sponsor)." */
async function sayWhoCan(context: Context, upgrade: Upgrade, roles: Role[]): Promise<string> {
  const slack = context.slack.of(upgrade.teamId);
  const holders = roles.flatMap((role) => holdersOf(upgrade, role).map((userId) => ({ role, userId })));
  const names = await Promise.all(
    holders.slice(0, 4).map(async ({ role, userId }) => {
      const user = await slack.user(userId);
      return `@${user?.displayName ?? userId} (${ROLE_NAMES[role]})`;
    }),
  );
  if (names.length > 0) return `Ask ${names.join(' or ')}.`;
  return roles.includes('audience') ? 'Everybody answers for themselves.' : 'Nobody else can either.';
}

function holdersOf({ plan, createdBy }: Upgrade, role: Role): string[] {
  const { people } = plan;
  const holders: Partial<Record<Role, (string | undefined)[]>> = {
    lead: [people.lead],
    sponsor: [people.sponsor],
    deputy: [people.deputy],
    communicator: [people.communicator],
    crisis_speaker: [people.crisisSpeaker],
    operations: people.operations,
    consulted: people.consulted,
    planner: [createdBy],
  };
  return (holders[role] ?? []).filter((userId) => userId !== undefined);
}
