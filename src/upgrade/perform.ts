import { type Actor, type Context, transact, type Unit } from '../context.ts';
import { notAllowed, type WatchbellError, wrongState } from '../errors.ts';
import { append, nameUpgrade } from '../record/index.ts';
import { traced } from '../trace.ts';
import { type Member, mayAct, type Permission, ROLE_NAMES, type Role, rolesOf } from './authority.ts';
import { type Decided, decideNow } from './decide-now.ts';
import { findMember, UNBARRED } from './find-member.ts';
import { findOpenDecision } from './find-open-decision.ts';
import type { State, Verb } from './lifecycle.ts';
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
 * How every verb runs: who is this, is it theirs to do, do state and moment allow it, then `work`, all in one
 * transaction on the locked upgrade. A refusal stays on the record; the person is told why, and who can.
 */
export async function perform<T>(
  context: Context,
  attempt: Attempt,
  work: (unit: Unit, allowed: Allowed) => Promise<T>,
): Promise<T> {
  const upgrade = await nameUpgrade(context, attempt.upgradeId);
  return traced({ name: `verb ${attempt.verb}`, fields: { upgrade, verb: attempt.verb } }, () =>
    permitted(context, attempt, work),
  );
}

/**
 * Only those who may answer are invited, the button is in their own messages, and the signed payload says that they are in
 * the workspace now. A crowd answers at once, and Slack says of about a hundred people a minute who they are: no look-up
 * is spent on it that a sponsor's vote may need.
 */
const BY_INVITATION: Verb = 'answer_survey';

async function permitted<T>(
  context: Context,
  attempt: Attempt,
  work: (unit: Unit, allowed: Allowed) => Promise<T>,
): Promise<T> {
  const { actor, verb, upgradeId } = attempt;
  const member = verb === BY_INVITATION ? UNBARRED : await findMember(context, actor);
  const outcome = await transact(context, async (unit) => {
    const upgrade = await lockUpgrade(unit, actor.teamId, upgradeId);
    const permission = await permit(unit, attempt, upgrade, member);
    if (!permission.allowed) {
      await append(unit, actor, upgradeId, 'act.refused', { verb, why: permission.why });
      return { refused: { upgrade, permission } };
    }
    const decision = verb === 'complete' ? await findOpenDecision(unit.tx, upgrade) : undefined;
    const decided = decideNow(upgrade, verb, { now: unit.now, decision });
    if ('refusal' in decided) return { refused: { upgrade, decided } };
    return { refused: undefined, done: await work(unit, { upgrade, to: decided.to }) };
  });
  if (!outcome.refused) return outcome.done;
  throw await refusalOf(context, outcome.refused);
}

type Refused = { upgrade: Upgrade } & (
  | { permission: Extract<Permission, { allowed: false }>; decided?: never }
  | { permission?: never; decided: Extract<Decided, { refusal: string }> }
);

/** Told outside of the transaction, since Slack is asked for names. */
async function refusalOf(
  context: Context,
  { upgrade, permission, decided }: Refused,
): Promise<WatchbellError> {
  if (permission) return notAllowed(permission.why, await sayWhoCan(context, upgrade, permission.whoCan));
  const ask = decided.ask ? `${await sayWhoCan(context, upgrade, decided.ask)} ` : '';
  return wrongState(decided.refusal, `${ask}${decided.next}`);
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

/** "Ask @priya (the sponsor)." Whoever has several of the roles is named once, with all of them. */
async function sayWhoCan(context: Context, upgrade: Upgrade, roles: Role[]): Promise<string> {
  const slack = context.slack.of(upgrade.teamId);
  const holders = new Map<string, Role[]>();
  for (const role of roles)
    for (const userId of holdersOf(upgrade, role))
      holders.set(userId, [...new Set([...(holders.get(userId) ?? []), role])]);
  const names = await Promise.all(
    [...holders].slice(0, 4).map(async ([userId, held]) => {
      const user = await slack.recentUser(userId);
      return `@${user?.displayName ?? userId} (${held.map((role) => ROLE_NAMES[role]).join(' and ')})`;
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
