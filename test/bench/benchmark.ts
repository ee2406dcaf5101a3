import type { Ground } from './ground.ts';

export interface Options {
  rounds: number;
  /** A fraction of the size, to try the harness; the figures mean nothing then. */
  quick: boolean;
}

/** One line of the table. */
export interface Row {
  what: string;
  against: string;
  measured: string;
  baseline: string;
  /** The median of the rounds' ratios; each round's is taken against a baseline of the same round. */
  ratio?: number;
  aim: string;
  met: boolean;
  /** Every round's figures, for the JSON. */
  rounds: Record<string, number>[];
}

export interface Benchmark {
  name: string;
  run(ground: Ground, options: Options): Promise<Row[]>;
}
