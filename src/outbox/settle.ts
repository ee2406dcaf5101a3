import { eq } from 'drizzle-orm';
import { type Context, transact, type Unit, watchbell } from '../context.ts';
import { isPassing } from '../db/passing.ts';
import { append } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { forgetPlace, releaseDelivery, settleFailed } from './claims.ts';
import type { Pacer } from './pacer.ts';
import { isPaced } from './pacing.ts';
import type { Delivery } from './store.ts';
import { outbox } from './tables.ts';

/** Told within the transaction that finds a delivery undeliverable, so that the people in charge hear of it. */
export type OnRefused = (unit: Unit, delivery: Delivery, failure: SlackFailure) => Promise<void>;

/** A delivery that fails this often by a defect of our own is given up, visibly. */
const GIVE_UP_AFTER = 8;
/** How long nothing is tried with a token that Slack does not accept. Real seconds, as all here. */
export const ACCESS_LOST_SECONDS = 30;
/** A post that timed out may still be carried out by Slack: it is not looked for before that is over. */
const AFTER_TIMEOUT_SECONDS = 5;
const AFTER_DOUBT_SECONDS = 0.5;

export async function keepWithdrawn(context: Context, delivery: Delivery, reason: string): Promise<void> {
  await transact(context, async (unit) => {
    if (!(await settleFailed(unit, delivery, 'cancelled', reason))) return;
    await append(unit, watchbell(delivery.teamId), delivery.upgradeId, 'message.withdrawn', {
      ...facts(delivery),
      reason,
    });
  });
}

/** The post is in Slack, but that could not be kept: it is found there at the next try. */
export async function keepDoubtful(context: Context, delivery: Delivery, error: unknown): Promise<void> {
  context.logger.warn({ err: error }, 'outbox: sent, but it could not be kept; will look it up in Slack');
  await releaseDelivery(context.db, delivery, AFTER_DOUBT_SECONDS, {
    doubtful: !delivery.ts,
    error: String(error),
  });
}

/** What to do after a try that failed: again later, differently, or never. */
export async function keepFailed(
  context: Context,
  delivery: Delivery,
  error: unknown,
  { pacer, onRefused }: { pacer: Pacer; onRefused: OnRefused },
): Promise<void> {
  const { db, logger } = context;
  if (!(error instanceof SlackFailure)) return keepOwnFault(context, delivery, error, onRefused);
  const release = (seconds: number) =>
    releaseDelivery(db, delivery, seconds, { error: error.message, doubtful: error.kind === 'doubtful' });
  switch (error.kind) {
    case 'refused':
      if (error.accessLost) return keepAccessLost(context, delivery, error, onRefused);
      if (delivery.ts && error.reason === 'message_not_found')
        return forgetPlace(db, delivery, context.clock.now());
      return giveUp(context, delivery, error, onRefused);
    case 'limited':
      logger.debug({ err: error }, 'outbox: Slack asks to wait');
      if (isPaced(error.method)) await pacer.drain(db, delivery.teamId, error.method, error.retryAfter);
      return release(Math.max(error.retryAfter, 0.02));
    case 'doubtful':
      logger.warn({ err: error }, 'outbox: may have been sent; will look it up in Slack');
      return release(Math.max(backOff(delivery.attempts), doubtSeconds(error)));
    case 'passing':
      logger.warn({ err: error }, 'outbox: will try again');
      return release(backOff(delivery.attempts));
  }
}

async function keepOwnFault(
  context: Context,
  delivery: Delivery,
  error: unknown,
  onRefused: OnRefused,
): Promise<void> {
  const passing = isPassing(error);
  context.logger[passing ? 'warn' : 'error']({ err: error }, 'outbox: will try again');
  const reason = error instanceof Error ? error.message : String(error);
  if (!passing && delivery.failures + 1 >= GIVE_UP_AFTER) {
    const failure = new SlackFailure('refused', 'render', reason, { cause: error });
    return giveUp(context, delivery, failure, onRefused);
  }
  const wait = backOff(delivery.attempts);
  await releaseDelivery(context.db, delivery, wait, { error: reason, ownFault: !passing });
}

async function giveUp(
  context: Context,
  delivery: Delivery,
  failure: SlackFailure,
  onRefused: OnRefused,
): Promise<void> {
  context.logger.error({ err: failure }, 'outbox: Slack refuses');
  await transact(context, async (unit) => {
    if (!(await settleFailed(unit, delivery, 'failed', failure.reason))) return;
    await append(unit, watchbell(delivery.teamId), delivery.upgradeId, 'message.failed', {
      ...facts(delivery),
      error: failure.reason,
    });
    // Whoever followed the failure may have found another way, and have had it sent again.
    const [now] = await unit.tx
      .select({ state: outbox.state })
      .from(outbox)
      .where(eq(outbox.id, delivery.id));
    if (now?.state === 'failed') await onRefused(unit, delivery, failure);
  });
}

/** Not this delivery's fault, and the same for all: everything waits until there is access again. */
async function keepAccessLost(
  context: Context,
  delivery: Delivery,
  failure: SlackFailure,
  onRefused: OnRefused,
): Promise<void> {
  context.logger.error({ err: failure }, 'outbox: Slack does not accept the token; nothing is delivered');
  await transact(context, async (unit) => {
    await releaseDelivery(unit.tx, delivery, ACCESS_LOST_SECONDS, { error: failure.reason });
    await onRefused(unit, delivery, failure);
  });
}

const doubtSeconds = ({ reason }: SlackFailure): number =>
  reason === 'timeout' ? AFTER_TIMEOUT_SECONDS : AFTER_DOUBT_SECONDS;

const facts = ({ id, kind, slot, target }: Delivery) => ({ delivery: id, kind, slot, target });

/** Real seconds before the next try: 0.25, 0.5, 1 … 30. */
const backOff = (attempt: number): number => Math.min(30, 2 ** Math.max(0, attempt - 1) / 4);
