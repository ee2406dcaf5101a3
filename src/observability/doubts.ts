import type { DOUBTS, Metrics } from './metrics.ts';

/** Of a doubt that another process settles nobody tells this one. */
const MOST = 1_000;

/** Posts whose answer was lost and that this process looked for in Slack, until it knows how they end. */
export class Doubts {
  readonly #open = new Set<string>();
  readonly #ambiguous: Metrics['ambiguous'];

  constructor({ ambiguous }: Pick<Metrics, 'ambiguous'>) {
    this.#ambiguous = ambiguous;
  }

  lookFor(delivery: string): void {
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size >= MOST) this.#open.delete(oldest);
    this.#open.add(delivery);
  }

  /** Counts it, once; a delivery that was never in doubt is none of it. */
  end(delivery: string, outcome: (typeof DOUBTS)[number]): void {
    if (this.#open.delete(delivery)) this.#ambiguous.inc({ outcome });
  }
}
