import type { Actor, Context, Unit } from '../context.ts';
import { append } from '../record/index.ts';
import { planRows } from '../timetable/index.ts';
import { perform } from '../upgrade/perform.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { readText } from '../upgrade/written.ts';
import { adviseOn } from './give-advice.ts';
import { showDecision } from './live-decision.ts';
import { deriveDeadlines } from './rules.ts';
import { type Decision, findOpenDecision, insertDecision } from './store.ts';

/** `opened` is false where one was open already: the reason then stands beside it as advice. */
export interface Asked {
  upgrade: Upgrade;
  decision: Decision;
  opened: boolean;
}

/** Puts a rollback to the sponsor's decision. There is never more than one open for an upgrade. */
export async function openDecision(
  context: Context,
  actor: Actor & { userId: string },
  upgradeId: number,
  why: string,
): Promise<Asked> {
  return perform(context, { actor, upgradeId, verb: 'ask_rollback' }, async (unit, { upgrade }) => {
    const reason = readText(why, 'The reason');
    const open = await findOpenDecision(unit.tx, upgradeId);
    if (!open) return { upgrade, decision: await putToDecision(unit, actor, upgrade, reason), opened: true };
    await adviseOn(unit, actor, upgrade, open, reason);
    return { upgrade, decision: open, opened: false };
  });
}

/**
 * The decision, its deadline, and the calls to those who decide. The upgrade must be locked, with none open. `plannedFor`:
 * when the row that asks for it was due.
 */
export async function putToDecision(
  unit: Unit,
  actor: Actor,
  upgrade: Upgrade,
  reason: string,
  plannedFor?: Date,
): Promise<Decision> {
  const deadlines = deriveDeadlines(upgrade.plan, unit.now);
  const decision = await insertDecision(unit, upgrade, { by: actor.userId, reason, ...deadlines });
  await planRows(unit, [
    {
      teamId: upgrade.teamId,
      upgradeId: upgrade.id,
      kind: 'decision.deadline',
      slot: String(decision.number),
      dueAt: decision.deadlineAt,
      payload: { decision: decision.number },
    },
  ]);
  await append(unit, actor, upgrade.id, 'rollback.asked', {
    number: decision.number,
    reason,
    deadline: decision.deadlineAt.toISOString(),
  });
  await showDecision(unit, upgrade, decision, plannedFor);
  return decision;
}
