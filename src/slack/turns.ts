import { setImmediate as nextTick } from 'node:timers/promises';

/** Lets so many acts go on at a time; the others wait for their turn, in the order in which they came. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #acts = new Set<Promise<unknown>>();

  constructor(most: number) {
    this.#free = most;
  }

  /** Begins in a later turn of the event loop at the earliest: what was answered before is on its way by then. */
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
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      await nextTick();
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
