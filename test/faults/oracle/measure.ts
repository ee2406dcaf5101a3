import type { Evidence, Struck } from '../evidence.ts';
import type { PacedClock } from '../paced-clock.ts';

/** Real milliseconds between a time and what follows from it, where nothing is struck. */
const AT_ONCE_MS = 2_000;
/** The same on a machine that was busy with other things, at most. */
const BUSY_MS = 3_000;
/** Real milliseconds for which a strike is felt after it: leases run out, processes start, Slack is asked again. */
const AFTERMATH_MS = 6_000;
/** The same where a process ends in good order. */
const GOOD_ORDER_MS = 1_000;
/** A message that Slack refuses again and again waits as long again before the next try, half a minute at most. */
const BACK_OFF_MS = 30_000;
/** Hits that lie closer together than this, and the time they have taken so far, may be tries of one message. */
const RETRY_MS = 1_500;
/** Real milliseconds in which what was done surely stands in the database, where nothing is struck. */
const KEPT_MS = 500;

/** For how long a strike is felt, by real time. */
interface Reach {
  from: number;
  to: number;
}

/** How exactly the run's clock can be held against the bot's, and how late something may be. Nothing here is measured by what the bot did. */
export class Measure {
  readonly #clock: PacedClock;
  readonly #felt: Reach[];
  /** Real milliseconds that are usual on this machine, as busy as it was. */
  readonly #usual: number;
  /** Milliseconds by which the bot's clocks may differ from the run's. */
  readonly #skew: number;
  /** Milliseconds of the run's clock. */
  readonly early: number;

  constructor({
    clock,
    struck,
    scenario,
    lag = 0,
    stalls = [],
  }: Pick<Evidence, 'clock' | 'struck' | 'scenario' | 'lag' | 'stalls'>) {
    this.#clock = clock;
    const hits = struck.filter(({ what }) => what.startsWith('Slack answered'));
    this.#felt = [
      ...[...struck, ...retried(hits)].map((each) => reachOf(each, stalls)),
      ...stalls.map((each) => reachOf(each)),
    ].sort((one, other) => one.from - other.from);
    this.#skew = scenario.skewed ? 2_000 : 0;
    // The skew of a process, and a few real milliseconds that the clock's pace makes long.
    this.early = 500 + 5 * scenario.speed + this.#skew;
    this.#usual = Math.min(BUSY_MS, AT_ONCE_MS + 10 * lag);
  }

  /** Real milliseconds from an instant of the run's clock to another. */
  between(from: number, to: number): number {
    return this.#clock.realAt(to) - this.#clock.realAt(from);
  }

  lateness(due: number, realAt: number): number {
    return Math.max(0, realAt - this.#clock.realAt(due));
  }

  /** Whether something that was due at `due` may still have been outstanding at `at`; both by the run's clock. */
  mayBeUnderWay(due: number, at: number): boolean {
    if (at === Infinity) return false;
    return at <= due + this.early || this.#clock.realAt(at - this.#skew) <= this.#latest(due);
  }

  /** Whether what was due at `due` came later, by real time, than anything in this run explains. */
  isLost(due: number, realAt: number): boolean {
    return realAt > this.#latest(due + this.#skew);
  }

  /** Whether what was done at `at` surely stood in the database at `then`. */
  stoodBy(at: number, then: number): boolean {
    if (at >= then) return false;
    const [done, asked] = [this.#clock.realAt(at), this.#clock.realAt(then)];
    const felt = this.#felt.some(({ from, to }) => from <= asked && to >= done);
    return felt ? asked > this.#latest(at) : asked - done > KEPT_MS;
  }

  /** Whether a strike is felt at some moment of this span of the run's clock. */
  isStruck(from: number, to: number): boolean {
    const [begin, end] = [this.#clock.realAt(from), this.#clock.realAt(to)];
    return this.#felt.some((reach) => reach.from <= end && reach.to >= begin);
  }

  /** The last real instant at which something due then may come: one strike may hold it up until the next. */
  #latest(due: number): number {
    const real = this.#clock.realAt(due);
    let latest = real + this.#usual;
    for (const { from, to } of this.#felt) if (from <= latest && to >= real) latest = Math.max(latest, to);
    return latest;
  }
}

/** What follows from a strike takes longer by as much of its aftermath as the machine stood still or was crowded. */
function reachOf({ what, from, to }: Struck, stalls: readonly Struck[] = []): Reach {
  const end = to + aftermathOf(what);
  const held = stalls.map((stall) => Math.min(end, stall.to) - Math.max(to, stall.from));
  return { from, to: end + held.filter((time) => time > 0).reduce((sum, time) => sum + time, 0) };
}

/** A process that ends in good order hands over what it holds, and one that only waits for its turn goes on: nobody waits for a lease. */
function aftermathOf(what: string): number {
  if (what.startsWith('SIGTERM')) return GOOD_ORDER_MS;
  return what.startsWith('the machine was wanted') ? AT_ONCE_MS : AFTERMATH_MS;
}

/** Hits in a row, with the wait that the last of them may lead to. */
function retried(hits: readonly Struck[]): Struck[] {
  const rows: Struck[] = [];
  for (const { what, from, to } of hits.toSorted((one, other) => one.from - other.from)) {
    const row = rows.at(-1);
    if (row && from - row.to <= row.to - row.from + RETRY_MS) row.to = Math.max(row.to, to);
    else rows.push({ what, from, to });
  }
  return rows.map(({ from, to, what }) => ({ what, from, to: to + Math.min(to - from, BACK_OFF_MS) }));
}
