import type { Actor, Unit } from '../context.ts';
import { enqueue } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import { cancelRows } from '../timetable/index.ts';
import { moveToRollingBack } from '../upgrade/move-to-rolling-back.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { showDecision } from './live-decision.ts';
import { deriveRollbackEnd } from './rules.ts';
import { type Decision, updateDecision } from './store.ts';
import type { Choice, DecidedBy } from './tables.ts';

const DEADLINES = ['decision.deadline', 'decision.final'];

export interface Taken {
  choice: Choice;
  how: DecidedBy;
  /** When silence was to be taken; absent where a person decided. */
  dueAt?: Date;
}

/** Settles an open decision, and begins the rollback where that is what was chosen. The upgrade must be locked. */
export async function takeDecision(
  unit: Unit,
  actor: Actor,
  upgrade: Upgrade,
  open: Decision,
  { choice, how, dueAt }: Taken,
): Promise<Decision> {
  const decision = await updateDecision(unit, open, {
    state: 'decided',
    choice,
    how,
    decidedBy: actor.userId,
    decidedAt: unit.now,
  });
  // Silence is the last deadline itself: its row is being worked on, and none is left besides.
  if (how !== 'silence') await cancelRows(unit, upgrade.id, DEADLINES, 'it was decided');
  if (choice === 'roll_back') await moveToRollingBack(unit, upgrade);
  await append(unit, actor, upgrade.id, 'rollback.decided', {
    number: decision.number,
    choice,
    how,
    ...(dueAt ? { dueAt: dueAt.toISOString() } : {}),
  });
  if (choice === 'roll_back') await postSteps(unit, upgrade, decision, dueAt);
  await showDecision(unit, upgrade, decision);
  return decision;
}

/** Hands the plan's steps to the lead; that a rollback was decided is told by whoever follows the fact. */
async function postSteps(
  unit: Unit,
  upgrade: Upgrade,
  decision: Decision,
  plannedFor: Date | undefined,
): Promise<void> {
  const { plan } = upgrade;
  const message = unit.context.templates.render('rollback-steps', {
    key: keyOf(upgrade),
    zone: plan.window.timezone,
    lead: plan.people.lead,
    steps: plan.rollback.steps,
    restores: plan.rollback.restores ?? [],
    endsAt: upgrade.endsAt,
    ...deriveRollbackEnd(plan, unit.now),
  });
  await enqueue(unit, [
    {
      teamId: upgrade.teamId,
      upgradeId: upgrade.id,
      kind: 'rollback.steps',
      slot: String(decision.number),
      target: plan.channels.room,
      message,
      plannedFor,
    },
  ]);
}
