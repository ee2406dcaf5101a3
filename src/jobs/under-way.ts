/** Pieces of work that go on side by side, up to `most` of them: a slow one holds up no other. */
export class UnderWay {
  readonly #most: number;
  readonly #works = new Set<Promise<void>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** How many more may begin. */
  get free(): number {
    return this.#most - this.#works.size;
  }

  get isEmpty(): boolean {
    return this.#works.size === 0;
  }

  /** `work` handles its own errors; `after` is called when it is over. */
  add(work: Promise<void>, after: () => void): void {
    const all: Promise<void> = work.finally(() => {
      this.#works.delete(all);
      after();
    });
    this.#works.add(all);
  }

  /** Waits for the first that is over. */
  async next(): Promise<void> {
    await Promise.race(this.#works);
  }

  async all(): Promise<void> {
    await Promise.all(this.#works);
  }
}
