import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type Upgrade, updateUpgrade } from './store.ts';

/** The upgrade was stable for its monitoring time: nothing more will happen to it. */
export async function closeUpgrade(context: Context, actor: Actor, upgradeId: number): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'close' }, async (unit, { upgrade, to }) => {
    const closed = await updateUpgrade(unit, upgrade, { state: to, closedAt: unit.now });
    await append(unit, actor, upgradeId, 'upgrade.closed', {});
    return closed;
  });
}
