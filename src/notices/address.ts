import type { Unit } from '../context.ts';
import { enqueue, type NewDelivery } from '../outbox/index.ts';
import type { Upgrade } from '../upgrade/store.ts';

const isPerson = (target: string): boolean => /^[UW]/.test(target);

/** The same message to each of `targets`, once; direct messages go in their own lane, so that they delay no channel. */
export async function sendTo(
  unit: Unit,
  upgrade: Upgrade,
  targets: Iterable<string>,
  delivery: Pick<NewDelivery, 'kind' | 'slot' | 'message' | 'payload' | 'plannedFor'>,
): Promise<void> {
  await enqueue(
    unit,
    [...new Set(targets)].map((target) => ({
      ...delivery,
      teamId: upgrade.teamId,
      upgradeId: upgrade.id,
      target,
      lane: isPerson(target) ? ('bulk' as const) : ('outbox' as const),
    })),
  );
}
