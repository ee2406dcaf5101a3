import type { Actor, Unit } from '../context.ts';
import { WatchbellError } from '../errors.ts';
import { append } from '../record/index.ts';
import { cancelRows, planRows } from '../timetable/index.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { showDecision } from './live-decision.ts';
import { extendDeadlines } from './rules.ts';
import { type Decision, updateDecision } from './store.ts';

/** Gives more time, once. What it does to the point of no return is said in the decision. */
export async function extendDecision(
  unit: Unit,
  actor: Actor & { userId: string },
  upgrade: Upgrade,
  open: Decision,
): Promise<Decision> {
  if (open.extendedAt) throw alreadyExtended();
  const decision = await updateDecision(unit, open, {
    ...extendDeadlines(upgrade.plan, open),
    extendedAt: unit.now,
    extendedBy: actor.userId,
  });
  const escalated = decision.escalatedAt !== null;
  const kind = escalated ? 'decision.final' : 'decision.deadline';
  await cancelRows(unit, upgrade.id, [kind], 'more time was given');
  await planRows(unit, [
    {
      teamId: upgrade.teamId,
      upgradeId: upgrade.id,
      kind,
      slot: `${decision.number}:extended`,
      dueAt: escalated ? decision.finalDeadlineAt : decision.deadlineAt,
      payload: { decision: decision.number },
    },
  ]);
  await append(unit, actor, upgrade.id, 'rollback.extended', {
    number: decision.number,
    minutes: upgrade.plan.rollback.extension,
  });
  await showDecision(unit, upgrade, decision);
  return decision;
}

const alreadyExtended = () =>
  new WatchbellError('wrong_state', 'More time was given once already, and it can be given only once.', {
    next: 'Decide now: roll back, or keep going.',
  });
