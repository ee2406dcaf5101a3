import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type Upgrade, updateUpgrade } from './store.ts';

/**
 * The window's work begins now; heartbeats count from here. Well ahead of the planned start, or after the planned end, it
 * is refused: people were told another time, so the window has to be moved first.
 */
export async function startUpgrade(context: Context, actor: Actor, upgradeId: number): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'start' }, async (unit, { upgrade, to }) => {
    const started = await updateUpgrade(unit, upgrade, { state: to, startedAt: unit.now });
    await append(unit, actor, upgradeId, 'upgrade.started', { plannedStart: upgrade.startsAt.toISOString() });
    return started;
  });
}
