import { setImmediate as nextTick, setTimeout as pause } from 'node:timers/promises';
import { realMilliseconds } from '../clock.ts';

/** For how long it is seen whether the processor is busy (real milliseconds), and up to which share of that it is not. */
const WATCHED_MS = 5;
const CALM_SHARE = 0.5;
/** So long after one began, the next begins all the same: a form opens within three seconds of its click or not at all. Real milliseconds. */
const AT_LATEST_MS = 100;

/**
 * Lets acts go on side by side, up to `most` of them, in the order in which they came. Acts that wait for others, as for Slack,
 * leave room for more; while the processor is busy, a further one begins only `atLatest` real milliseconds after the one before,
 * so that what must be answered at once is.
 */
export class Turns {
  readonly #most: number;
  readonly #isCalm: () => Promise<boolean>;
  readonly #atLatest: number;
  readonly #waiting: (() => void)[] = [];
  readonly #acts = new Set<Promise<unknown>>();
  #underWay = 0;
  /** When the latest of them began, real milliseconds. */
  #begunAt = Number.NEGATIVE_INFINITY;
  #beginning = false;

  constructor(most: number, { isCalm = isLoopCalm, atLatest = AT_LATEST_MS } = {}) {
    this.#most = most;
    this.#isCalm = isCalm;
    this.#atLatest = atLatest;
  }

  /** Begins in a later turn of the event loop at the earliest. */
  take<T>(act: () => Promise<T>): Promise<T> {
    return this.note(this.#inTurn(act));
  }

  /** Of an act that waits for no turn; it is waited for all the same. */
  note<T>(act: Promise<T>): Promise<T> {
    const over: Promise<unknown> = act.then(
      () => this.#acts.delete(over),
      () => this.#acts.delete(over),
    );
    this.#acts.add(over);
    return act;
  }

  /** Resolves when every act is over: those that go on, and those that wait. */
  async all(): Promise<void> {
    while (this.#acts.size > 0) await Promise.all(this.#acts);
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    void this.#begin();
    await turn;
    try {
      return await act();
    } finally {
      this.#underWay -= 1;
      void this.#begin();
    }
  }

  /** Begins with those that wait, one after the other, each as soon as it is calm, nothing else is under way, or none has begun for a while. */
  async #begin(): Promise<void> {
    if (this.#beginning) return;
    this.#beginning = true;
    while (this.#waiting.length > 0 && this.#underWay < this.#most) {
      await nextTick(); // what was answered before is on its way by then
      const calm = this.#underWay === 0 || (await this.#isCalm());
      if (!calm && this.#underWay > 0 && realMilliseconds() - this.#begunAt < this.#atLatest) continue;
      this.#underWay += 1;
      this.#begunAt = realMilliseconds();
      this.#waiting.shift()?.();
    }
    this.#beginning = false;
  }
}

async function isLoopCalm(): Promise<boolean> {
  const from = performance.eventLoopUtilization();
  await pause(WATCHED_MS);
  return performance.eventLoopUtilization(from).utilization < CALM_SHARE;
}
