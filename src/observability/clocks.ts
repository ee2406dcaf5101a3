import { realMilliseconds } from '../clock.ts';

/** What was seen longer ago says nothing of now. */
const FORGOTTEN_AFTER_MS = 5 * 60_000;
/** Of an answer that took longer nobody knows when it was written. */
const SLOWEST_MS = 2_000;

/** How far this machine is ahead of the clocks of others, in real seconds; nothing of those that were not heard of lately. */
export class Clocks {
  readonly #seen = new Map<string, { ahead: number; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number = realMilliseconds) {
    this.#now = now;
  }

  /** `tookMs`: how long the answer took from which it is known. */
  note(against: string, ahead: number, tookMs: number): void {
    if (tookMs <= SLOWEST_MS) this.#seen.set(against, { ahead, at: this.#now() });
  }

  ahead(): { against: string; seconds: number }[] {
    const oldest = this.#now() - FORGOTTEN_AFTER_MS;
    return [...this.#seen].flatMap(([against, { ahead, at }]) =>
      at < oldest ? [] : [{ against, seconds: ahead }],
    );
  }
}
