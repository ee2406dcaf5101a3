import type { Actor, Context, Unit } from '../context.ts';
import { invalidInput, type Problem } from '../errors.ts';
import { append } from '../record/index.ts';
import { checkPlan, refuseUnlessSound } from './check-plan.ts';
import { findConflicts, OCCUPYING } from './conflicts.ts';
import { perform } from './perform.ts';
import { listUpgrades, type Upgrade, updateUpgrade } from './store.ts';

/** `warnings` are conflicts with other windows: said, not refused. */
export interface Scheduled {
  upgrade: Upgrade;
  warnings: Problem[];
}

/** The plan becomes binding: from here on its messages have their times. */
export async function scheduleUpgrade(context: Context, actor: Actor, upgradeId: number): Promise<Scheduled> {
  const check = await checkPlan(context, actor, upgradeId);
  return perform(context, { actor, upgradeId, verb: 'schedule' }, async (unit, { upgrade, to }) => {
    refuseUnlessSound(upgrade, check);
    refusePast(upgrade.startsAt, unit.now);
    const change = { state: to, revision: upgrade.revision + 1 };
    const scheduled = await updateUpgrade(unit, upgrade, change);
    await append(unit, actor, upgradeId, 'upgrade.scheduled', {
      startsAt: scheduled.startsAt.toISOString(),
      endsAt: scheduled.endsAt.toISOString(),
    });
    return { upgrade: scheduled, warnings: await listConflicts(unit, scheduled) };
  });
}

export function refusePast(start: Date, now: Date): void {
  if (start > now) return;
  throw invalidInput(
    'The planned start has already passed, so nobody could be told in time.',
    [],
    'Choose a later start.',
  );
}

export async function listConflicts(unit: Unit, upgrade: Upgrade): Promise<Problem[]> {
  const others = await listUpgrades(unit.tx, upgrade.teamId, { states: OCCUPYING, limit: 1_000 });
  return findConflicts(upgrade, others);
}
