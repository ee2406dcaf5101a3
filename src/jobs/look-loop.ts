import { apart } from '../trace.ts';

/**
 * Looks whenever it is woken, and at the latest when the last look asked for it. One look at a time; being woken during
 * a look means one more after it.
 */
export class LookLoop {
  readonly #look: () => Promise<number>;
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = true;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  /** `look` resolves to the real milliseconds until it wants to look again. A failed look is repeated after a second. */
  constructor(look: () => Promise<number>, onError: (error: unknown) => void) {
    this.#look = look;
    this.#onError = onError;
  }

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= apart(() => this.#run());
  }

  /** Looks within so many real milliseconds: what ends one shortly after the other is followed by one look. */
  wakeSoon(within = SOON_MS): void {
    if (this.#stopped) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.wake();
    }, within);
  }

  /** Waits for the look under way; no further one begins. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    await this.#running;
  }

  /** Looks until nobody asks for another; resolves when the loop is at rest. For a job that stands for the whole look. */
  async settle(): Promise<void> {
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    let pause = 0;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      pause = await this.#look().catch((error: unknown) => {
        this.#onError(error);
        return 1_000;
      });
      if (pause <= 0) this.#again = true;
    }
    this.#running = undefined;
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), Math.min(pause, MAX_TIMER));
  }
}

const SOON_MS = 20;

/** setTimeout's longest delay, 2^31 − 1 ms; a longer one would fire at once. */
const MAX_TIMER = 2_147_483_647;
