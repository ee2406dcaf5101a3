import type { Clock } from '../../src/clock.ts';

/** From the real instant on, `speed` milliseconds of the clock pass in one real millisecond. Both in milliseconds of the epoch. */
export interface Pace {
  real: number;
  virtual: number;
  speed: number;
}

/** A clock that several processes share: each is given the same pace, and may be off by its own skew. */
export class PacedClock implements Clock {
  readonly #paces: Pace[];
  readonly #skew: number;
  readonly #realNow: () => number;
  readonly #listeners = new Set<() => void>();

  /** `skew` in milliseconds of this clock. */
  constructor(pace: Pace, options: { skew?: number; realNow?: () => number } = {}) {
    this.#paces = [pace];
    this.#skew = options.skew ?? 0;
    this.#realNow = options.realNow ?? Date.now;
  }

  get speed(): number {
    return this.#latest.speed;
  }

  now(): Date {
    const { real, virtual, speed } = this.#latest;
    return new Date(Math.round(virtual + this.#skew + (this.#realNow() - real) * speed));
  }

  /** Every pace so far, oldest first. */
  get paces(): readonly Pace[] {
    return this.#paces;
  }

  get pace(): Pace {
    return this.#latest;
  }

  /** Goes on at another pace; time that it leaps over never passes. */
  follow(pace: Pace): void {
    this.#paces.push(pace);
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The real instant at which it showed `virtual`, in milliseconds; the leap itself for an instant that was leapt over. */
  realAt(virtual: number): number {
    const index = this.#paces.findLastIndex((pace) => pace.virtual <= virtual);
    const pace = this.#paces[Math.max(0, index)] as Pace;
    const next = this.#paces[index + 1];
    const real = pace.real + (virtual - pace.virtual) / pace.speed;
    return next ? Math.min(real, next.real) : real;
  }

  get #latest(): Pace {
    return this.#paces.at(-1) as Pace;
  }
}
