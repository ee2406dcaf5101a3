import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, realDelay, realMilliseconds, systemClock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Jobs, QueueHealth, Ring, Topic } from '../port.ts';
import type { Backend, RingWorker } from './backend.ts';
import { deadline } from './deadline.ts';
import { migratePostgresQueue, openPostgresBackend } from './postgres-backend.ts';
import { openRedisBackend } from './redis-backend.ts';

interface Bell {
  topic: Topic;
  start: Date;
  everyMilliseconds: number;
}

/** How long a caller waits for a queue that does not answer, at first and once it is known to be in trouble. */
const PATIENCE_MS = 1_500;
const PATIENCE_IN_TROUBLE_MS = 250;
/** How long closing waits for the looks under way, and then for the queue itself. */
const LOOKS_MS = 10_000;
const LETTING_GO_MS = 2_000;
const REPORT_EVERY_MS = 30_000;
/** A thousand windows that strike at the same instant hang their bells anew without holding up the strike. */
const BETWEEN_BELLS_MS = 20;
/** Rings for now: what follows one so soon shares the next. Postgres tells of what was written anyway. */
const APART_MS = 100;
/** Few enough to be answered well within the patience. */
const ADDED_AT_ONCE = 500;

/** Prepares the queue's store; needed once per version, under the lock of `migrateDatabase`. Redis needs nothing. */
export async function migrateQueue(url: string): Promise<void> {
  if (!isRedis(url)) await migratePostgresQueue(url);
}

/** The clockwork on BullMQ: `redis://` and `rediss://` on Redis, `postgres://` on Postgres. Connects in the background. */
export function openJobs(options: { url: string; clock: Clock; logger: Logger }): Jobs {
  return new BullJobs(options);
}

class BullJobs implements Jobs {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #backend: Backend;
  readonly #workers = new Map<Topic, RingWorker>();
  readonly #looks = new Set<Promise<void>>();
  readonly #bells = new Map<string, Bell>();
  /** Bells that wait until others hang. */
  readonly #unhung = new Set<string>();
  #hanging = false;
  /** Rung for now a moment ago; and whether somebody asked again since. */
  readonly #rung = new Map<Topic, { again: boolean }>();
  readonly #stopWatching: () => void;
  #clockChanges = 0;
  #inTrouble = false;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #closing = false;

  constructor({ url, clock, logger }: { url: string; clock: Clock; logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
    const report = (error: Error) => this.#report(error);
    this.#backend = isRedis(url) ? openRedisBackend(url, report) : openPostgresBackend(url, report);
    this.#stopWatching = clock.onChange(() => {
      this.#clockChanges++;
      for (const [id, bell] of this.#bells) void this.#hang(id, bell);
    });
  }

  async ring(topic: Topic, id: string, at: Date): Promise<void> {
    await this.ringAll(topic, [{ id, at }]);
  }

  async ringAll(topic: Topic, rings: readonly Ring[]): Promise<void> {
    const asked = rings.map((ring) => ({ ...ring, delay: realDelay(this.#clock, ring.at) }));
    if (asked.some(({ delay }) => delay === 0)) await this.#ringNow(topic);
    // Where the clock stands still, whoever starts it again rings again.
    const jobs = asked
      .filter(({ delay }) => delay > 0 && Number.isFinite(delay))
      .map(({ id, at, delay }) => ({ name: 'look', data: {}, opts: { jobId: this.#jobId(id, at), delay } }));
    for (let from = 0; from < jobs.length; from += ADDED_AT_ONCE)
      await this.#attempt(() => this.#backend.queues[topic].addBulk(jobs.slice(from, from + ADDED_AT_ONCE)));
  }

  /** A moved time, or another pace of the clock, is another job: BullMQ keeps the first of an id. */
  #jobId(id: string, at: Date): string {
    return `${id.replaceAll(':', '.')}@${at.getTime()}.${this.#clockChanges}`;
  }

  /** At once; what is asked for shortly after it shares the next. */
  async #ringNow(topic: Topic): Promise<void> {
    const before = this.#rung.get(topic);
    if (before) {
      before.again = true;
      return;
    }
    const rung = { again: false };
    this.#rung.set(topic, rung);
    setTimeout(() => {
      this.#rung.delete(topic);
      if (rung.again) void this.#ringNow(topic);
    }, APART_MS).unref();
    if (this.#closing) return;
    await this.#attempt(() => this.#backend.queues[topic].addBulk([{ name: 'look', data: {}, opts: {} }]));
  }

  async startBell(topic: Topic, id: string, start: Date, everyMilliseconds: number): Promise<void> {
    const bell = { topic, start, everyMilliseconds };
    this.#bells.set(id, bell);
    if (this.#hanging) {
      this.#unhung.add(id);
      return;
    }
    this.#hanging = true;
    await this.#hang(id, bell);
    void this.#hangOthers();
  }

  async stopBell(id: string): Promise<void> {
    this.#bells.delete(id);
    for (const queue of Object.values(this.#backend.queues)) {
      await this.#attempt(() => queue.removeJobScheduler(schedulerId(id)));
    }
  }

  async listen(topic: Topic, look: () => Promise<void>): Promise<void> {
    if (this.#workers.has(topic)) throw new Error(`The queue ${topic} has its listener already.`);
    const attempt = () => {
      const attempted = look()
        .catch((error: unknown) => {
          this.#logger.error({ err: error, topic }, 'A look at what is due failed; the sweep repeats it');
        })
        .finally(() => this.#looks.delete(attempted));
      this.#looks.add(attempted);
      return attempted;
    };
    this.#workers.set(topic, this.#backend.work(topic, attempt));
  }

  async health(): Promise<QueueHealth> {
    const backend = this.#backend.kind;
    try {
      const jobs = await deadline(this.#count(), PATIENCE_MS);
      return { backend, ok: true, jobs };
    } catch (error) {
      return { backend, ok: false, problem: `${backend} does not answer: ${messageOf(error)}` };
    }
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#stopWatching();
    const stopped = [...this.#workers.values()].map((worker) => worker.close());
    await this.#within(
      LOOKS_MS,
      [...this.#looks],
      'What was under way did not end in time; its claims run out by themselves',
    );
    const unreachable = 'The queue did not answer while closing; the next process hears its rings';
    await this.#within(LETTING_GO_MS, stopped, unreachable);
    await this.#within(
      LETTING_GO_MS,
      Object.values(this.#backend.queues).map((queue) => queue.close()),
      unreachable,
    );
    await this.#within(LETTING_GO_MS, [this.#backend.disconnect()], unreachable);
  }

  async #within(milliseconds: number, work: Promise<unknown>[], otherwise: string): Promise<void> {
    await deadline(Promise.all(work), milliseconds).catch((error: unknown) => {
      this.#logger.warn({ problem: messageOf(error) }, otherwise);
    });
  }

  async #count(): Promise<Record<Topic, number>> {
    await this.#backend.ping();
    const { timetable, outbox, bulk } = this.#backend.queues;
    const [due, messages, fanOuts] = await Promise.all([timetable.count(), outbox.count(), bulk.count()]);
    return { timetable: due, outbox: messages, bulk: fanOuts };
  }

  /** Those that were to be hung meanwhile, in no hurry: each strikes for the first time in minutes. */
  async #hangOthers(): Promise<void> {
    for (const id of this.#unhung) {
      this.#unhung.delete(id);
      await pause(BETWEEN_BELLS_MS);
      if (this.#closing) return;
      const bell = this.#bells.get(id);
      if (bell) await this.#hang(id, bell);
    }
    this.#hanging = false;
  }

  /** Puts up a bell's scheduler at the clock's present pace, anchored at its next strike. */
  async #hang(id: string, { topic, start, everyMilliseconds }: Bell): Promise<void> {
    if (this.#clock.speed === 0) return;
    const struck = Math.floor((this.#clock.now().getTime() - start.getTime()) / everyMilliseconds);
    const next = new Date(start.getTime() + (Math.max(struck, 0) + 1) * everyMilliseconds);
    const every = Math.max(Math.round(everyMilliseconds / this.#clock.speed), 1);
    const startDate = systemClock.now().getTime() + realDelay(this.#clock, next);
    await this.#attempt(() =>
      this.#backend.alone(id, async () => {
        await this.#backend.queues[topic].upsertJobScheduler(schedulerId(id), { every, startDate });
      }),
    );
  }

  /** A dead queue costs punctuality, never the caller's work. */
  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await deadline(act(), this.#inTrouble ? PATIENCE_IN_TROUBLE_MS : PATIENCE_MS);
      this.#recovered();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (this.#closing) return;
    this.#inTrouble = true;
    const now = realMilliseconds();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    const meaning =
      'The queue is in trouble; until it is back, Postgres keeps the time, up to a second late. Check QUEUE_URL and that its server runs; watchbell doctor says more';
    this.#logger.warn({ problem: messageOf(error), backend: this.#backend.kind }, meaning);
  }

  #recovered(): void {
    if (!this.#inTrouble) return;
    this.#inTrouble = false;
    this.#reportedAt = Number.NEGATIVE_INFINITY;
    this.#logger.info({ backend: this.#backend.kind }, 'The queue is back');
  }
}

const isRedis = (url: string): boolean => /^rediss?:/.test(url);

const schedulerId = (id: string): string => id.replaceAll(':', '.');
