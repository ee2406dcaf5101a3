/**
 * The one place where time enters the program. Everything else is given a `Clock` or a `Date`, so that the same
 * code runs in real time, a thousand times faster, or stands still in a test.
 */
export interface Clock {
  /** The present instant of this clock. */
  now(): Date;
  /** How many of its seconds pass in one real second; 0 while it stands still. */
  readonly speed: number;
  /** Calls `listener` whenever the clock was set, paused or changed in speed. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
}

/** The system's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  speed: 1,
  onChange: () => () => {},
};

/** A clock that can be paused, sped up and set: for the demo, for tests, and (with a fixed `anchor`) for several processes that must agree. */
export class AdjustableClock implements Clock {
  #listeners = new Set<() => void>();
  #virtual: number;
  #real: number;
  #speed: number;

  /** Shows `at` now and runs at `speed`. With `anchor`, shows `anchor + (real time − anchor) × speed`, alike in every process. */
  constructor(options: { at?: Date; speed?: number; anchor?: Date } = {}) {
    this.#speed = options.speed ?? 0;
    this.#real = options.anchor?.getTime() ?? Date.now();
    this.#virtual = (options.at ?? options.anchor ?? new Date()).getTime();
  }

  get speed(): number {
    return this.#speed;
  }

  now(): Date {
    return new Date(this.#virtual + (Date.now() - this.#real) * this.#speed);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes the speed from this instant on; 0 pauses. */
  setSpeed(speed: number): void {
    this.#rebase(this.now(), speed);
  }

  /** Sets the clock to `at`, keeping its speed. */
  set(at: Date): void {
    this.#rebase(at, this.#speed);
  }

  /** Moves the clock forward by `milliseconds`, keeping its speed. */
  advance(milliseconds: number): void {
    this.set(new Date(this.now().getTime() + milliseconds));
  }

  #rebase(at: Date, speed: number): void {
    this.#real = Date.now();
    this.#virtual = at.getTime();
    this.#speed = speed;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Real milliseconds until `at`: 0 when it has passed, `Infinity` while the clock stands still before it. */
export function realDelay(clock: Clock, at: Date): number {
  const ahead = at.getTime() - clock.now().getTime();
  if (ahead <= 0) return 0;
  return clock.speed === 0 ? Number.POSITIVE_INFINITY : Math.ceil(ahead / clock.speed);
}

/** Starts counting real milliseconds, also those through which the machine sleeps, which `realMilliseconds` leaves out. */
export function stopwatch(): () => number {
  const [steady, shown] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - steady, Date.now() - shown);
}

/** Real milliseconds on a scale that never runs backwards; for rate limits and back-off, never for a domain decision. */
export function realMilliseconds(): number {
  return performance.now();
}
