import type { PacedClock } from '../paced-clock.ts';
import type { Evidence } from '../run.ts';

/** What the oracle found in one run; each finding says what and where. */
export interface Verdict {
  lost: string[];
  doubled: string[];
  early: string[];
  wrong: string[];
  /** Real milliseconds by which each message came after its time. */
  lateness: number[];
}

/** Real milliseconds that anything may take in a run in which things are struck. */
const BOUND_MS = 15_000;

/** How exactly the run's clock can be held against the bot's. */
export class Measure {
  readonly #clock: PacedClock;
  readonly #struck: Evidence['struck'];
  /** Milliseconds of the run's clock. */
  readonly early: number;

  constructor({ clock, struck, scenario }: Pick<Evidence, 'clock' | 'struck' | 'scenario'>) {
    this.#clock = clock;
    this.#struck = struck;
    // The skew of a process, and a few real milliseconds that the clock's pace makes long.
    this.early = 500 + 5 * scenario.speed + (scenario.skewed ? 2_000 : 0);
  }

  /** Real milliseconds from an instant of the run's clock to another. */
  between(from: number, to: number): number {
    return this.#clock.realAt(to) - this.#clock.realAt(from);
  }

  lateness(due: number, realAt: number): number {
    return Math.max(0, realAt - this.#clock.realAt(due));
  }

  /** Whether something may still have been outstanding at `at` that was due at `due`. */
  mayBeUnderWay(due: number, at: number): boolean {
    return at <= due + this.early || this.between(due, at) <= this.#allowed(due);
  }

  isLost(due: number, realAt: number): boolean {
    return this.lateness(due, realAt) > this.#allowed(due);
  }

  #allowed(due: number): number {
    const real = this.#clock.realAt(due);
    const lastEnd = Math.max(
      real,
      ...this.#struck.filter(({ from }) => from < real + BOUND_MS).map(({ to }) => to),
    );
    return lastEnd - real + BOUND_MS;
  }
}
