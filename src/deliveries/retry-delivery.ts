import * as z from 'zod';
import type { Actor, Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { type Delivery, findDelivery, namesOf, retryFailed } from '../outbox/index.ts';
import { appendAll } from '../record/index.ts';
import { perform } from '../upgrade/perform.ts';

/**
 * Sends a message that was given up after all, from where it stood, and with it all of its kind that failed for the same
 * reason. `tried`: how many; none when somebody was faster, or it arrived.
 */
export async function retryDelivery(
  context: Context,
  actor: Actor,
  deliveryId: string,
): Promise<{ delivery: Delivery; tried: number }> {
  const id = z.uuid().safeParse(deliveryId);
  const delivery = id.success ? await findDelivery(context.db, actor.teamId, id.data) : undefined;
  if (!delivery) throw notFound('There is no such message.', 'See /upgrade deliveries for those there are.');
  const { upgradeId } = delivery;
  const tried = await perform(context, { actor, upgradeId, verb: 'resend' }, async (unit) => {
    const retried = await retryFailed(unit, delivery);
    await appendAll(
      unit,
      'message.retried',
      retried.map((each) => ({ actor, upgradeId, data: namesOf(each) })),
    );
    return retried.length;
  });
  return { delivery, tried };
}
