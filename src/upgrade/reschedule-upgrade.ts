import type { Actor, Context } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { append } from '../record/index.ts';
import { checkPlan, refuseUnlessSound } from './check-plan.ts';
import { PATIENCE } from './directory.ts';
import { perform } from './perform.ts';
import { listConflicts, refusePast, type Scheduled } from './schedule-upgrade.ts';
import { updateUpgrade } from './store.ts';
import { deriveWindow, movedTo } from './window.ts';
import { readReason } from './written.ts';

export interface Rescheduled extends Scheduled {
  /** The start that everyone was told before. */
  from: Date;
}

/** Moves a scheduled window to another start; its length stays. Everyone who heard the old time will hear the new one. */
export async function rescheduleUpgrade(
  context: Context,
  actor: Actor,
  upgradeId: number,
  start: Date,
  why?: string,
): Promise<Rescheduled> {
  const check = await checkPlan(context, actor, upgradeId, PATIENCE.form);
  return perform(context, { actor, upgradeId, verb: 'reschedule' }, async (unit, { upgrade }) => {
    const from = upgrade.startsAt;
    refuseUnlessSound(upgrade, check);
    refusePast(start, unit.now);
    if (start.getTime() === from.getTime()) {
      throw invalidInput('It is planned for exactly that time already.', [], 'Choose another start.');
    }
    const plan = movedTo(upgrade.plan, start);
    const { end } = deriveWindow(plan, start);
    const change = { plan, startsAt: start, endsAt: end, revision: upgrade.revision + 1 };
    const moved = await updateUpgrade(unit, upgrade, change);
    await append(unit, actor, upgradeId, 'upgrade.rescheduled', {
      from: from.toISOString(),
      to: start.toISOString(),
      why: readReason(why),
    });
    return { upgrade: moved, from, warnings: await listConflicts(unit, moved) };
  });
}
