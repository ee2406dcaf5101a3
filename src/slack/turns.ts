import { setImmediate as nextTick, setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '../clock.ts';

/** For how long it is seen whether the processor is busy (real milliseconds), and up to which share of that it is not. */
const WATCHED_MS = 5;
const CALM_SHARE = 0.5;
/** Nobody waits longer for that: a form opens within three seconds of its click or not at all. Real milliseconds. */
const PATIENCE_MS = 500;

/**
 * Lets acts go on side by side, up to `most` of them, in the order in which they came. Acts that wait for others, as for Slack,
 * leave room for more; while the processor is busy, no further one begins beside them until it has waited `patience` real
 * milliseconds, so that what must be answered at once is.
 */
export class Turns {
  readonly #most: number;
  readonly #isCalm: () => Promise<boolean>;
  readonly #patience: number;
  readonly #waiting: { begin: () => void; waitedFor: () => number }[] = [];
  readonly #acts = new Set<Promise<unknown>>();
  #underWay = 0;
  #beginning = false;

  constructor(most: number, { isCalm = isLoopCalm, patience = PATIENCE_MS } = {}) {
    this.#most = most;
    this.#isCalm = isCalm;
    this.#patience = patience;
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
    const waitedFor = stopwatch();
    const turn = new Promise<void>((begin) => this.#waiting.push({ begin, waitedFor }));
    void this.#begin();
    await turn;
    try {
      return await act();
    } finally {
      this.#underWay -= 1;
      void this.#begin();
    }
  }

  /** Begins with those that wait, one after the other, each as soon as it is calm, nothing else is under way, or it has waited for long. */
  async #begin(): Promise<void> {
    if (this.#beginning) return;
    this.#beginning = true;
    while (this.#waiting.length > 0 && this.#underWay < this.#most) {
      await nextTick(); // what was answered before is on its way by then
      const free = this.#underWay === 0 || this.#isOverdue || (await this.#isCalm());
      if (!free && this.#underWay > 0) continue;
      this.#underWay += 1;
      this.#waiting.shift()?.begin();
    }
    this.#beginning = false;
  }

  get #isOverdue(): boolean {
    const [first] = this.#waiting;
    return first !== undefined && first.waitedFor() > this.#patience;
  }
}

async function isLoopCalm(): Promise<boolean> {
  const from = performance.eventLoopUtilization();
  await pause(WATCHED_MS);
  return performance.eventLoopUtilization(from).utilization < CALM_SHARE;
}
