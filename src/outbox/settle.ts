import { eq } from 'drizzle-orm';
import { type Context, transact, type Unit, watchbell } from '../context.ts';
import { isPassing } from '../db/passing.ts';
import { reasonOf } from '../db/query-error.ts';
import { append } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { STUCK_AFTER } from './claimable.ts';
import { forgetPlace, releaseDelivery, settleFailed } from './claims.ts';
import type { Pacer } from './pacer.ts';
import { isPaced } from './pacing.ts';
import { type Delivery, namesOf } from './store.ts';
import { outbox } from './tables.ts';

/**
 * Told within the transaction that finds a delivery undeliverable (`refused`), or that it has been tried in vain for long
 * (any other kind), so that the people in charge hear of it. The latter it is told again and again.
 */
export type OnRefused = (unit: Unit, delivery: Delivery, failure: SlackFailure) => Promise<void>;

/** A delivery that fails this often by a defect of our own is given up, visibly. */
const GIVE_UP_AFTER = 8;
/** How long nothing is tried with a token that Slack does not accept. Real seconds, as all here. */
export const ACCESS_LOST_SECONDS = 30;
/** How soon a post whose answer was lost is looked for. */
const AFTER_DOUBT_SECONDS = 0.5;
/** Slack does not let us look whether a post arrived, until people mend that. */
const UNSEEN_SECONDS = 30;
const LOOKS: readonly string[] = ['conversations.history', 'conversations.open'];
/** Nobody is there any more: no look will ever tell. */
const GONE: readonly string[] = ['user_disabled', 'user_not_found', 'user_not_visible', 'cannot_dm_bot'];

export async function keepWithdrawn(context: Context, delivery: Delivery, reason: string): Promise<void> {
  await transact(context, async (unit) => {
    if (!(await settleFailed(unit, delivery, 'cancelled', reason))) return;
    await append(unit, watchbell(delivery.teamId), delivery.upgradeId, 'message.withdrawn', {
      ...namesOf(delivery),
      reason,
    });
  });
}

/** The post is in Slack, but that could not be kept: it is found there at the next try. */
export async function keepDoubtful(context: Context, delivery: Delivery, error: unknown): Promise<void> {
  context.logger.warn({ err: error }, 'outbox: sent, but it could not be kept; will look it up in Slack');
  await releaseDelivery(context.db, delivery, AFTER_DOUBT_SECONDS, {
    doubtful: !delivery.ts,
    error: reasonOf(error),
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
  const comeAgain = (seconds: number) =>
    releaseDelivery(db, delivery, seconds, { error: error.message, asked: true });
  const tryLater = (seconds: number) => keepTrying(context, delivery, error, seconds, onRefused);
  switch (error.kind) {
    case 'refused':
      if (error.accessLost) return keepAccessLost(context, delivery, error, onRefused);
      if (delivery.ts && error.reason === 'message_not_found')
        return forgetPlace(db, delivery, context.clock.now());
      if (LOOKS.includes(error.method) && !GONE.includes(error.reason))
        return keepUnseen(context, delivery, error, onRefused);
      return giveUp(context, delivery, error, onRefused);
    case 'limited':
      logger.debug({ err: error }, 'outbox: Slack asks to wait');
      if (isPaced(error.method)) await pacer.drain(db, delivery.teamId, error.method, error.retryAfter);
      return comeAgain(Math.max(error.retryAfter, 0.02));
    case 'doubtful':
      logger.warn({ err: error }, 'outbox: may have been sent; will look it up in Slack');
      if (error.retryAfter > 0) return comeAgain(error.retryAfter);
      return tryLater(Math.max(backOff(delivery.attempts), AFTER_DOUBT_SECONDS));
    case 'passing':
      logger.warn({ err: error }, 'outbox: will try again');
      return tryLater(backOff(delivery.attempts));
  }
}

/** It is tried for ever: one that gets nowhere for long is told, while those behind it go ahead. */
async function keepTrying(
  context: Context,
  delivery: Delivery,
  failure: SlackFailure,
  seconds: number,
  onRefused: OnRefused,
): Promise<void> {
  const doubtful = failure.kind === 'doubtful' && failure.method === 'chat.postMessage';
  const release = { error: failure.message, doubtful };
  if (delivery.attempts < STUCK_AFTER) return releaseDelivery(context.db, delivery, seconds, release);
  await transact(context, async (unit) => {
    await releaseDelivery(unit.tx, delivery, seconds, release);
    await onRefused(unit, delivery, failure);
  });
}

/** It may stand in Slack already: nobody sends it again, or gives it up, before a look has told. */
async function keepUnseen(
  context: Context,
  delivery: Delivery,
  { method, reason, details }: SlackFailure,
  onRefused: OnRefused,
): Promise<void> {
  const unseen = new SlackFailure('doubtful', method, reason, { details });
  context.logger.error({ err: unseen }, 'outbox: may have been sent, and Slack does not let us look');
  await transact(context, async (unit) => {
    await releaseDelivery(unit.tx, delivery, UNSEEN_SECONDS, { error: unseen.message });
    await onRefused(unit, delivery, unseen);
  });
}

async function keepOwnFault(
  context: Context,
  delivery: Delivery,
  error: unknown,
  onRefused: OnRefused,
): Promise<void> {
  const passing = isPassing(error);
  context.logger[passing ? 'warn' : 'error']({ err: error }, 'outbox: will try again');
  const reason = reasonOf(error);
  if (!passing && delivery.failures + 1 >= GIVE_UP_AFTER) {
    const failure = new SlackFailure('refused', 'render', reason, { cause: error });
    return giveUp(context, delivery, failure, onRefused);
  }
  const wait = backOff(delivery.attempts);
  if (passing) {
    const failure = new SlackFailure('passing', 'render', reason, { cause: error });
    return keepTrying(context, delivery, failure, wait, onRefused);
  }
  await releaseDelivery(context.db, delivery, wait, { error: reason, ownFault: true });
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
      ...namesOf(delivery),
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
    await releaseDelivery(unit.tx, delivery, ACCESS_LOST_SECONDS, { error: failure.reason, asked: true });
    await onRefused(unit, delivery, failure);
  });
}

/** Real seconds before the next try: 0.25, 0.5, 1 … 30. */
const backOff = (attempt: number): number => Math.min(30, 2 ** Math.max(0, attempt - 1) / 4);
