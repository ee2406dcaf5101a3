/** Draws from a seed: the same seed and label always give the same throws, whatever else was drawn. */
export class Dice {
  readonly #seed: number;
  #state: number;

  constructor(seed: number, label = '') {
    this.#seed = seed;
    this.#state = mixed(seed ^ hash(label));
  }

  /** Another sequence of the same seed, so that what one part draws does not move what another part draws. */
  fork(label: string): Dice {
    return new Dice(this.#seed, label);
  }

  /** At least 0, less than 1. */
  fraction(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mixed(this.#state) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.between(0, from.length - 1)] as T;
  }

  /** `count` different ones, in any order. */
  some<T>(from: readonly T[], count: number): T[] {
    const left = [...from];
    return Array.from({ length: Math.min(count, left.length) }, () =>
      left.splice(this.between(0, left.length - 1), 1),
    ).flat();
  }

  /** One of the keys, each as likely as its weight. */
  weighted<K extends string>(weights: Record<K, number>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return (entries.at(-1) as [K, number])[0];
  }
}

function mixed(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

function hash(text: string): number {
  let x = 0x811c9dc5;
  for (const character of text) x = Math.imul(x ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return x;
}
