import type { Entry, Evidence } from '../evidence.ts';
import type { PacedClock } from '../paced-clock.ts';

/** What the oracle found in one run; each finding says what and where. */
export interface Verdict {
  lost: string[];
  doubled: string[];
  early: string[];
  wrong: string[];
  /** Real milliseconds by which each message came after its time. */
  lateness: number[];
}

/** Real milliseconds that anything may take after something was struck. */
const BOUND_MS = 15_000;
/** What comes later than this counts as lost; five failures in a row cost eight seconds by themselves. */
const LOST_MS = 30_000;
/** For how long a strike is felt: leases run out, processes start, Slack is asked again. */
const AFTERMATH_MS = 6_000;
/** Between a time and what follows from it, while nothing is struck, on a machine that is not busy. */
const AT_ONCE_MS = 1_000;

/** How exactly the run's clock can be held against the bot's, and how late something may be without being lost. */
export class Measure {
  readonly #clock: PacedClock;
  readonly #struck: Evidence['struck'];
  /** Real milliseconds that are usual in this run, on this machine. */
  readonly #usual: number;
  /** Milliseconds of the run's clock. */
  readonly early: number;

  constructor({ clock, struck, scenario, record }: Evidence) {
    this.#clock = clock;
    this.#struck = struck;
    // The skew of a process, and a few real milliseconds that the clock's pace makes long.
    this.early = 500 + 5 * scenario.speed + (scenario.skewed ? 2_000 : 0);
    this.#usual = Math.max(AT_ONCE_MS, 2 * this.#slowest(record));
  }

  /** Real milliseconds from an instant of the run's clock to another. */
  between(from: number, to: number): number {
    return this.#clock.realAt(to) - this.#clock.realAt(from);
  }

  lateness(due: number, realAt: number): number {
    return Math.max(0, realAt - this.#clock.realAt(due));
  }

  /** Whether something that was due at `due` may still have been outstanding at `at`. */
  mayBeUnderWay(due: number, at: number): boolean {
    if (at <= due + this.early) return true;
    const [from, to] = [this.#clock.realAt(due), this.#clock.realAt(at)];
    const felt = this.#struck.some((strike) => strike.from <= to && strike.to + AFTERMATH_MS >= from);
    return to - from <= (felt ? BOUND_MS : this.#usual);
  }

  /** Whether something can be the consequence of an act that ended at `end`, however slow everything was. */
  follows(end: number, at: number): boolean {
    return at <= end + this.early || this.between(end, at) <= BOUND_MS;
  }

  isLost(due: number, realAt: number): boolean {
    const real = this.#clock.realAt(due);
    const ends = this.#struck.filter(({ from }) => from < real + LOST_MS).map(({ to }) => to);
    return realAt - Math.max(real, ...ends) > LOST_MS;
  }

  /** All but the slowest twentieth of the messages came sooner than this. */
  #slowest(record: Entry[]): number {
    const late = record
      .filter(({ fact, data }) => fact === 'message.sent' && typeof data.plannedFor === 'string')
      .map(({ at, data }) => this.between(Date.parse(String(data.plannedFor)), at))
      .sort((a, b) => a - b);
    return late[Math.floor(late.length * 0.95)] ?? 0;
  }
}
