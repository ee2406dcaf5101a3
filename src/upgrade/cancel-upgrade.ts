import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type Upgrade, updateUpgrade } from './store.ts';
import { readReason } from './written.ts';

/** The upgrade will not take place; everyone who was told of it will hear so. Of a draft (`wasScheduled` false) nobody was. */
export async function cancelUpgrade(
  context: Context,
  actor: Actor,
  upgradeId: number,
  why?: string,
): Promise<{ upgrade: Upgrade; wasScheduled: boolean }> {
  return perform(context, { actor, upgradeId, verb: 'cancel' }, async (unit, { upgrade, to }) => {
    const cancelled = await updateUpgrade(unit, upgrade, { state: to, endedAt: unit.now });
    await append(unit, actor, upgradeId, 'upgrade.cancelled', { why: readReason(why) });
    return { upgrade: cancelled, wasScheduled: upgrade.state === 'scheduled' };
  });
}
