import type { Unit } from '../context.ts';
import { enqueue, listTold, type NewDelivery } from '../outbox/index.ts';
import type { Message } from '../slack/message.ts';
import { isPerson } from '../slack/target.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { channelsOf } from './recipients.ts';

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

/** What happens once, to everybody who counts on the window; whoever was sent it before is not sent it again. */
export async function tellAll(unit: Unit, upgrade: Upgrade, kind: string, message: Message): Promise<void> {
  await sendTo(unit, upgrade, await everybody(unit, upgrade), { kind, slot: '1', message });
}

/** The room, the channels in which it was announced, and everybody who was told that it comes, or that it has begun. */
export async function everybody(unit: Unit, upgrade: Upgrade): Promise<string[]> {
  const told = await listTold(unit.tx, upgrade.id, ['notice', 'notice.started']);
  return [upgrade.plan.channels.room, ...channelsOf(upgrade), ...told];
}
