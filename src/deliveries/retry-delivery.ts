import * as z from 'zod';
import type { Actor, Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { type Delivery, findDelivery, retryFailed } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import { perform } from '../upgrade/perform.ts';

/** Sends a message that was given up after all, from where it stood. `tried`: false when somebody was faster, or it arrived. */
export async function retryDelivery(
  context: Context,
  actor: Actor,
  deliveryId: string,
): Promise<{ delivery: Delivery; tried: boolean }> {
  const id = z.uuid().safeParse(deliveryId);
  const delivery = id.success ? await findDelivery(context.db, actor.teamId, id.data) : undefined;
  if (!delivery) throw notFound('There is no such message.', 'See /upgrade deliveries for those there are.');
  const { upgradeId, kind, slot, target } = delivery;
  const tried = await perform(context, { actor, upgradeId, verb: 'resend' }, async (unit) => {
    if (!(await retryFailed(unit, delivery))) return false;
    await append(unit, actor, upgradeId, 'message.retried', { delivery: delivery.id, kind, slot, target });
    return true;
  });
  return { delivery, tried };
}
