import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type Upgrade, updateUpgrade } from './store.ts';

/** The old version runs again. */
export async function reportRolledBack(context: Context, actor: Actor, upgradeId: number): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'rolled_back' }, async (unit, { upgrade, to }) => {
    const rolledBack = await updateUpgrade(unit, upgrade, { state: to, endedAt: unit.now });
    await append(unit, actor, upgradeId, 'upgrade.rolled_back', { plannedEnd: upgrade.endsAt.toISOString() });
    return rolledBack;
  });
}
