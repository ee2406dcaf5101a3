import type { Verdict } from './oracle/index.ts';

/** What is counted over many runs. */
export class Report {
  readonly failing: number[] = [];
  #runs = 0;
  #messages = 0;
  readonly #counts = { lost: 0, doubled: 0, early: 0, wrong: 0 };
  readonly #lateness: number[] = [];

  /** Keeps the verdict on one run; returns what to say about it, nothing where all was well. */
  add(seed: number, verdict: Verdict): string[] {
    this.#runs += 1;
    this.#messages += verdict.lateness.length;
    this.#lateness.push(...verdict.lateness);
    const findings = KINDS.flatMap((kind) => verdict[kind].map((what) => `  ${kind}: ${what}`));
    for (const kind of KINDS) this.#counts[kind] += verdict[kind].length;
    if (findings.length > 0) this.failing.push(seed);
    return findings;
  }

  get runs(): number {
    return this.#runs;
  }

  /** The table: real milliseconds of lateness. */
  toString(): string {
    const sorted = this.#lateness.toSorted((a, b) => a - b);
    const at = (share: number) =>
      Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    const { lost, doubled, early, wrong } = this.#counts;
    const rows = [
      ['runs', 'messages', 'lost', 'doubled', 'early', 'wrong', 'late p50', 'p99', 'max (ms)'],
      [this.#runs, this.#messages, lost, doubled, early, wrong, at(0.5), at(0.99), at(1)].map(String),
    ];
    return rows.map((row) => row.map((cell) => cell.padStart(9)).join(' ')).join('\n');
  }
}

const KINDS = ['lost', 'doubled', 'early', 'wrong'] as const;

export const isClean = (verdict: Verdict): boolean => KINDS.every((kind) => verdict[kind].length === 0);
