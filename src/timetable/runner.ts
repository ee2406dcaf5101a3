import { realDelay } from '../clock.ts';
import { type Context, transact, watchbell } from '../context.ts';
import { isPassing } from '../db/passing.ts';
import { reasonOf } from '../db/query-error.ts';
import { LookLoop } from '../jobs/look-loop.ts';
import { UnderWay } from '../jobs/under-way.ts';
import { append, nameUpgrade } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { traced } from '../trace.ts';
import { ClaimLost, decide, decideTogether, factsOf, type Handler } from './decide.ts';
import {
  claimDue,
  lookAhead,
  pagesOfInstants,
  RING,
  type Row,
  releaseRow,
  renewRows,
  settleRows,
} from './store.ts';

/** Rows, or groups of rows, that one process works on at the same time. */
const AT_ONCE = 20;
/** Rows that are decided in one transaction: many enough to share its cost, few enough that the first messages go out soon. */
const MOST_TOGETHER = 100;
/** Of a group whose rows have to be decided one by one, so many at the same time. */
const ALONE_AT_ONCE = 5;
/** A killed worker's rows are taken over after it; one that is at work renews it. */
const LEASE_SECONDS = 15;
const RENEW_EVERY_MS = 5_000;
/** How long the queue's own ring is waited for before the row is taken without it. */
const GRACE_MS = 5;
/** Rows due within this time are rung for again at every sweep, in case that the queue forgot. */
const SWEEP_AHEAD_MS = 60_000;
const SWEEP_EVERY_MS = 5_000;
/** A row whose handler fails this often by itself (neither Slack nor the database is to blame) is given up, visibly. */
const GIVE_UP_AFTER = 8;

/** Planned by a newer version of this program, and left to it. */
class UnknownKind extends Error {}

/** Takes due rows and settles them; rung by the queue, and by Postgres where the queue fails. */
export class TimetableRunner {
  readonly #context: Context;
  readonly #handlers: Map<string, Handler>;
  readonly #known: string[];
  /** Kinds of which several rows are decided together. */
  readonly #grouped: string[];
  readonly #loop: LookLoop;
  readonly #underWay = new UnderWay(AT_ONCE);
  #settled = 0;
  #sweep: NodeJS.Timeout | undefined;
  #sweeping = false;
  #forgetClock: (() => void) | undefined;

  constructor(context: Context, handlers: Handler[]) {
    this.#context = context;
    this.#handlers = new Map(handlers.map((each) => [each.kind, each]));
    this.#known = [...this.#handlers.keys()];
    this.#grouped = handlers.flatMap(({ kind, decideTogether }) => (decideTogether ? [kind] : []));
    this.#loop = new LookLoop(
      () => this.#look(),
      (error) => context.logger.error({ err: error }, 'timetable: a look failed'),
    );
  }

  async start(): Promise<void> {
    await this.#context.jobs.listen('timetable', () => this.#rung());
    this.#forgetClock = this.#context.clock.onChange(() => {
      this.#loop.wake();
      void this.#ringSoon();
    });
    this.#sweep = setInterval(() => void this.#ringSoon(), SWEEP_EVERY_MS);
    void this.#ringSoon();
    this.#loop.start();
  }

  /** At once, unless there is work under way: then what comes in quick succession is looked for together. */
  wake(): void {
    if (this.#underWay.isEmpty) this.#loop.wake();
    else this.#loop.wakeSoon();
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    this.#forgetClock?.();
    await this.#loop.stop();
    await this.#underWay.all();
  }

  /** Works on what is due now until nothing is; returns how many rows were settled. */
  async runDue(): Promise<number> {
    const before = this.#settled;
    for (;;) {
      const settled = this.#settled;
      await this.#begin(this.#known);
      // What is over already may have made room for the next row of its upgrade.
      if (this.#underWay.isEmpty && settled === this.#settled) return settled - before;
      if (!this.#underWay.isEmpty) await this.#underWay.next();
    }
  }

  /** Begins with as many due rows of these kinds as may be worked on at once. */
  async #begin(kinds: readonly string[]): Promise<void> {
    const { db, clock } = this.#context;
    const known = this.#known;
    for (const kind of this.#grouped.filter((each) => kinds.includes(each))) {
      if (this.#underWay.free <= 0) return;
      const rows = await claimDue(db, clock.now(), MOST_TOGETHER, LEASE_SECONDS, { take: [kind], known });
      if (rows.length > 0) this.#underWay.add(this.#takeTogether(rows), () => this.#loop.wake());
    }
    const alone = kinds.filter((kind) => !this.#grouped.includes(kind));
    const limit = this.#underWay.free;
    if (limit <= 0 || alone.length === 0) return;
    const rows = await claimDue(db, clock.now(), limit, LEASE_SECONDS, { take: alone, known });
    for (const row of rows) this.#underWay.add(this.#take(row), () => this.#loop.wakeSoon());
  }

  async #rung(): Promise<void> {
    if (this.#underWay.isEmpty) await this.#loop.settle();
    else this.#loop.wakeSoon();
  }

  async #look(): Promise<number> {
    // With its hands full it looks again when something is over.
    if (this.#underWay.free === 0) return SWEEP_EVERY_MS;
    const { db, clock } = this.#context;
    const { kinds, dueAt, retryInSeconds } = await lookAhead(db, clock.now(), this.#known);
    await this.#begin(kinds);
    return Math.min(
      SWEEP_EVERY_MS,
      dueAt ? realDelay(clock, dueAt) + GRACE_MS : Number.POSITIVE_INFINITY,
      retryInSeconds === undefined ? Number.POSITIVE_INFINITY : Math.max(20, retryInSeconds * 1_000),
    );
  }

  async #takeTogether(rows: Row[]): Promise<void> {
    const [first] = rows;
    const alone = rows.length > 1 && first ? await this.#decideTogether(first.kind, rows) : rows;
    const left = alone.values();
    const inTurn = async () => {
      for (const row of left) await this.#take(row);
    };
    await this.#renewing(alone, () => Promise.all(Array.from({ length: ALONE_AT_ONCE }, inTurn)));
  }

  /** Returns those that are to be decided one by one: where a group fails, that shows which of them it was. */
  async #decideTogether(kind: string, rows: Row[]): Promise<Row[]> {
    try {
      const work = () => decideTogether(this.#context, this.#handlerOf(kind), rows);
      const alone = await this.#renewing(rows, () =>
        traced({ name: `timetable ${kind}`, from: null, fields: { kind, rows: rows.length } }, work),
      );
      this.#settled += rows.length - alone.length;
      return alone;
    } catch (error) {
      this.#context.logger.warn({ err: error, kind, rows: rows.length }, 'timetable: not all together');
      return rows;
    }
  }

  /** Under the trace of what planned the row, with the row's names on every log line. */
  async #take(row: Row): Promise<void> {
    try {
      const upgrade = await nameUpgrade(this.#context, row.upgradeId);
      const fields = { upgrade, kind: row.kind, slot: row.slot, attempt: row.generation };
      await this.#renewing([row], () =>
        traced({ name: `timetable ${row.kind}`, from: row.trace, fields }, () => this.#work(row)),
      );
    } catch (error) {
      this.#context.logger.error({ err: error, row: row.id }, 'timetable: left to its lease');
    }
  }

  async #renewing<T>(rows: Row[], work: () => Promise<T>): Promise<T> {
    const renewing = setInterval(() => void this.#renew(rows), RENEW_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
    }
  }

  async #renew(rows: Row[]): Promise<void> {
    try {
      await renewRows(this.#context.db, rows, LEASE_SECONDS);
    } catch (error) {
      const ids = rows.map(({ id }) => id);
      this.#context.logger.warn({ err: error, rows: ids }, 'timetable: a lease could not be renewed');
    }
  }

  #handlerOf(kind: string): Handler {
    const handler = this.#handlers.get(kind);
    if (!handler) throw new UnknownKind(`no handler for timetable rows of kind ${kind}`);
    return handler;
  }

  async #work(row: Row): Promise<void> {
    try {
      await decide(this.#context, this.#handlerOf(row.kind), row);
      this.#settled += 1;
    } catch (error) {
      if (!(error instanceof ClaimLost)) await this.#failed(row, error);
    }
  }

  async #failed(row: Row, error: unknown): Promise<void> {
    const { db, logger } = this.#context;
    const ownFault = !isOutOfOurHands(error);
    logger.error({ err: error }, 'timetable: a row failed');
    if (!ownFault || row.failures + 1 < GIVE_UP_AFTER) {
      const wait =
        error instanceof SlackFailure && error.retryAfter > 0 ? error.retryAfter : backOff(row.generation);
      await releaseRow(db, row, wait, ownFault);
      return;
    }
    const reason = reasonOf(error);
    await transact(this.#context, async (unit) => {
      if ((await settleRows(unit, [row], 'failed', reason)).size === 0) return;
      await append(unit, watchbell(row.teamId), row.upgradeId, 'timetable.failed', factsOf(row, reason));
    });
  }

  async #ringSoon(): Promise<void> {
    const { db, clock, jobs, logger } = this.#context;
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      const until = new Date(clock.now().getTime() + SWEEP_AHEAD_MS * Math.max(1, clock.speed));
      for await (const instants of pagesOfInstants(db, until)) {
        const rings = instants.map((at) => ({ id: RING, at }));
        await jobs.ringAll('timetable', rings);
      }
    } catch (error) {
      logger.error({ err: error }, 'timetable: the sweep failed');
    } finally {
      this.#sweeping = false;
    }
  }
}

function isOutOfOurHands(error: unknown): boolean {
  if (error instanceof SlackFailure) return error.kind !== 'refused' || error.accessLost;
  return error instanceof UnknownKind || isPassing(error);
}

/** Real seconds before the next try: 1, 2, 4 … 60. */
export const backOff = (attempt: number): number => Math.min(60, 2 ** Math.max(0, attempt - 1));
