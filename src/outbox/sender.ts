import { type Context, transact, type Unit, watchbell } from '../context.ts';
import { LookLoop } from '../jobs/look-loop.ts';
import { append, nameUpgrade } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { Message } from '../slack/message.ts';
import type { Posted } from '../slack/port.ts';
import { traced } from '../trace.ts';
import {
  claimPending,
  type Delivery,
  findNextPending,
  releaseDelivery,
  settleFailed,
  settleSent,
} from './store.ts';
import type { Lane } from './tables.ts';

/** Draws a message from the facts of the moment at which it is sent or edited. */
export type Renderer = (context: Context, delivery: Delivery) => Promise<Drawn | undefined>;

/** A message, or why it must not be sent any more; undefined is the same without a reason worth keeping. */
export type Drawn = Message | { withdrawn: string };

export interface SenderOptions {
  /** By the kind of the message. */
  renderers: Record<string, Renderer>;
  /** Told within the transaction that gives a delivery up, so that the people in charge hear of it. */
  onGivenUp(unit: Unit, delivery: Delivery, failure: SlackFailure): Promise<void>;
}

/** Deliveries that one process sends at the same time, per lane. */
const BATCH: Record<Lane, number> = { outbox: 20, bulk: 10 };
/** Longer than a call to Slack can take (its time-out is 10 s, and a post may need a look-up and a pin beside it). */
const LEASE_SECONDS = 45;
/** A last resort where the queue and NOTIFY both failed. */
const LOOK_EVERY_MS = 2_000;
/** Slack may show a message a little later than it took it: how far back to look before the planned time. */
const LOOK_BACK_MS = 10 * 60_000;

/** Sends what is pending in one lane; rung by the queue, and by Postgres where the queue fails. */
export class Sender {
  readonly #context: Context;
  readonly #lane: Lane;
  readonly #options: SenderOptions;
  readonly #loop: LookLoop;

  constructor(context: Context, lane: Lane, options: SenderOptions) {
    this.#context = context;
    this.#lane = lane;
    this.#options = options;
    this.#loop = new LookLoop(
      () => this.#look(),
      (error) => context.logger.error({ err: error, lane }, 'outbox: a look failed'),
    );
  }

  async start(): Promise<void> {
    await this.#context.jobs.listen(this.#lane, () => this.#loop.settle());
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Sends what can be sent now until nothing can; returns how many deliveries were tried. */
  async sendPending(): Promise<number> {
    let tried = 0;
    for (;;) {
      const deliveries = await claimPending(this.#context.db, this.#lane, BATCH[this.#lane], LEASE_SECONDS);
      if (deliveries.length === 0) return tried;
      await Promise.all(deliveries.map((each) => this.#take(each)));
      tried += deliveries.length;
    }
  }

  async #look(): Promise<number> {
    await this.sendPending();
    const seconds = await findNextPending(this.#context.db, this.#lane);
    return Math.min(LOOK_EVERY_MS, seconds === undefined ? LOOK_EVERY_MS : Math.max(20, seconds * 1_000));
  }

  /** Under the trace of what asked for the message, with its names on every log line. */
  async #take(delivery: Delivery): Promise<void> {
    const { id, kind, attempts, trace } = delivery;
    const upgrade = await nameUpgrade(this.#context, delivery.upgradeId);
    const fields = { upgrade, delivery: id, kind, attempt: attempts };
    await traced({ name: `deliver ${kind}`, from: trace, fields }, () => this.#send(delivery));
  }

  async #send(delivery: Delivery): Promise<void> {
    try {
      const posted =
        delivery.channel && delivery.ts ? await this.#redraw(delivery) : await this.#post(delivery);
      if (posted) await this.#sent(delivery, posted);
    } catch (error) {
      await this.#failed(delivery, error);
    }
  }

  /** Edits a live message where it stands. Harmless to repeat. */
  async #redraw(delivery: Delivery): Promise<Posted | undefined> {
    const { channel, ts } = delivery as Delivery & Posted;
    const message = await this.#content(delivery);
    if ('withdrawn' in message) return this.#withdraw(delivery, message.withdrawn);
    await this.#context.slack.of(delivery.teamId).update(channel, ts, message);
    return { channel, ts };
  }

  /** Posts once: where an earlier try may have reached Slack, looks before it sends. */
  async #post(delivery: Delivery): Promise<Posted | undefined> {
    const slack = this.#context.slack.of(delivery.teamId);
    const since = new Date(delivery.plannedFor.getTime() - LOOK_BACK_MS);
    const found = delivery.doubtful
      ? await slack.findDelivery(delivery.target, delivery.id, since)
      : undefined;
    const posted = found ?? (await this.#postAnew(delivery));
    if (posted && delivery.pin) await this.#pin(delivery, posted);
    return posted;
  }

  async #postAnew(delivery: Delivery): Promise<Posted | undefined> {
    const message = await this.#content(delivery);
    if ('withdrawn' in message) return this.#withdraw(delivery, message.withdrawn);
    return this.#context.slack.of(delivery.teamId).post(delivery.target, message, delivery.id);
  }

  async #content(delivery: Delivery): Promise<Drawn> {
    if (delivery.message) return delivery.message;
    const render = this.#options.renderers[delivery.kind];
    if (!render) throw new Error(`no renderer for messages of kind ${delivery.kind}`);
    return (await render(this.#context, delivery)) ?? { withdrawn: 'there is nothing to show' };
  }

  /** A message that could not be pinned is still a message: said in the log, not held back. */
  async #pin(delivery: Delivery, posted: Posted): Promise<void> {
    try {
      await this.#context.slack.of(delivery.teamId).pin(posted.channel, posted.ts);
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      this.#context.logger.warn({ err: error }, 'outbox: posted, but could not be pinned');
    }
  }

  async #withdraw(delivery: Delivery, reason: string): Promise<undefined> {
    await transact(this.#context, async (unit) => {
      if (!(await settleFailed(unit, delivery, 'cancelled', reason))) return;
      await append(unit, watchbell(delivery.teamId), delivery.upgradeId, 'message.withdrawn', {
        ...facts(delivery),
        reason,
      });
    });
  }

  async #sent(delivery: Delivery, posted: Posted): Promise<void> {
    await transact(this.#context, async (unit) => {
      if (!(await settleSent(unit, delivery, posted))) return;
      if (delivery.ts) return;
      const lateSeconds = Math.max(
        0,
        Math.round((unit.now.getTime() - delivery.plannedFor.getTime()) / 1_000),
      );
      await append(unit, watchbell(delivery.teamId), delivery.upgradeId, 'message.sent', {
        ...facts(delivery),
        ...posted,
        plannedFor: delivery.plannedFor.toISOString(),
        lateSeconds,
      });
    });
  }

  async #failed(delivery: Delivery, error: unknown): Promise<void> {
    const { db, logger } = this.#context;
    const failure =
      error instanceof SlackFailure
        ? error
        : new SlackFailure('passing', 'render', error instanceof Error ? error.message : String(error), {
            cause: error,
          });
    if (failure.kind === 'refused') return this.#giveUp(delivery, failure);
    const log = { err: error };
    if (failure.kind === 'limited') logger.debug(log, 'outbox: Slack asks to wait');
    else logger.warn(log, 'outbox: will try again');
    const wait = failure.kind === 'limited' ? Math.max(failure.retryAfter, 0.02) : backOff(delivery.attempts);
    await releaseDelivery(db, delivery, wait, {
      doubtful: failure.kind === 'doubtful',
      error: failure.message,
    });
  }

  async #giveUp(delivery: Delivery, failure: SlackFailure): Promise<void> {
    this.#context.logger.error({ err: failure }, 'outbox: Slack refuses');
    await transact(this.#context, async (unit) => {
      if (!(await settleFailed(unit, delivery, 'failed', failure.reason))) return;
      await append(unit, watchbell(delivery.teamId), delivery.upgradeId, 'message.failed', {
        ...facts(delivery),
        error: failure.reason,
      });
      await this.#options.onGivenUp(unit, delivery, failure);
    });
  }
}

const facts = ({ id, kind, slot, target }: Delivery) => ({ delivery: id, kind, slot, target });

/** Real seconds before the next try: 0.25, 0.5, 1 … 30. */
const backOff = (attempt: number): number => Math.min(30, 2 ** Math.max(0, attempt - 1) / 4);
