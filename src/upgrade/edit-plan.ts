import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import type { ResolvedPlan } from './plan/schema.ts';
import { type Upgrade, updateUpgrade } from './store.ts';
import { deriveWindow } from './window.ts';

/** Puts another plan in the place of a draft's; its window and roles follow. */
export async function editPlan(
  context: Context,
  actor: Actor,
  upgradeId: number,
  plan: ResolvedPlan,
): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'plan' }, async (unit, { upgrade }) => {
    const { start, end } = deriveWindow(plan);
    const edited = await updateUpgrade(unit, upgrade, { plan, startsAt: start, endsAt: end });
    await append(unit, actor, upgradeId, 'upgrade.edited', { title: plan.upgrade });
    return edited;
  });
}
