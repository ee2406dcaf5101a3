import type { Unit } from '../context.ts';
import { enqueue } from '../outbox/index.ts';
import type { Message } from '../slack/message.ts';
import type { Upgrade } from '../upgrade/store.ts';

const isPerson = (target: string): boolean => /^[UW]/.test(target);

/** The same message to each of `targets`, once; direct messages go in their own lane, so that they delay no channel. */
export async function sendTo(
  unit: Unit,
  upgrade: Upgrade,
  targets: Iterable<string>,
  delivery: { kind: string; slot: string; message: Message; plannedFor?: Date },
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
