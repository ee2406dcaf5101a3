import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type Upgrade, updateUpgrade } from './store.ts';

/** The technical work is done; the acceptance checks begin. */
export async function verifyUpgrade(context: Context, actor: Actor, upgradeId: number): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'verify' }, async (unit, { upgrade, to }) => {
    const verifying = await updateUpgrade(unit, upgrade, { state: to });
    await append(unit, actor, upgradeId, 'upgrade.verifying', {});
    return verifying;
  });
}
