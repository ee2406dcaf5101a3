import os from 'node:os';
import type { Tally, Verdict } from './oracle/index.ts';

/** What is counted over many runs. */
export class Report {
  readonly failing: number[] = [];
  #runs = 0;
  /** Processes that wanted to run, for each of the machine's cores, at most. */
  #load = 0;
  #messages = 0;
  readonly #counts = { lost: 0, doubled: 0, early: 0, wrong: 0 };
  readonly #lateness: number[] = [];
  readonly #tallies: Record<string, Tally> = {};

  /** Keeps the verdict on one run; returns what to say about it, nothing where all was well. */
  add(seed: number, verdict: Verdict): string[] {
    this.#runs += 1;
    this.#load = Math.max(this.#load, (os.loadavg()[0] ?? 0) / os.availableParallelism());
    this.#messages += verdict.lateness.length;
    this.#lateness.push(...verdict.lateness);
    for (const [kind, tally] of Object.entries(verdict.tallies))
      this.#tallies[kind] = sumOf(tally, this.#tallies[kind] ?? { demanded: 0, excused: 0, absent: 0 });
    const findings = KINDS.flatMap((kind) => verdict[kind].map((what) => `  ${kind}: ${what}`));
    for (const kind of KINDS) this.#counts[kind] += verdict[kind].length;
    if (findings.length > 0) this.failing.push(seed);
    return findings;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Kinds of which the oracle insisted on too few to say anything about them: a series that shows so little has failed. */
  get slack(): string[] {
    return Object.entries(this.#tallies)
      .filter(([, { demanded, excused }]) => demanded >= ENOUGH && excused > MOST_EXCUSED * demanded)
      .map(([kind]) => kind);
  }

  /** The tables: real milliseconds of lateness; and of each kind how many had to be there, might be missing, and were. */
  toString(): string {
    const sorted = this.#lateness.toSorted((a, b) => a - b);
    const at = (share: number) =>
      Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    const { lost, doubled, early, wrong } = this.#counts;
    const rows = [
      ['runs', 'messages', 'lost', 'doubled', 'early', 'wrong', 'late p50', 'p99', 'max (ms)'],
      [this.#runs, this.#messages, lost, doubled, early, wrong, at(0.5), at(0.99), at(1)].map(String),
    ];
    const table = rows.map((row) => row.map((cell) => cell.padStart(9)).join(' ')).join('\n');
    return this.#runs === 0 ? table : `${table}\n\n${this.#saySlack()}`;
  }

  #saySlack(): string {
    const kinds = Object.entries(this.#tallies).toSorted(([one], [other]) => one.localeCompare(other));
    const rows = kinds.map(([kind, { demanded, excused, absent }]) => [kind, demanded, excused, absent]);
    const lines = [['', 'demanded', 'excused', 'absent'], ...rows].map(([kind, ...cells]) =>
      [String(kind).padEnd(22), ...cells.map((cell) => String(cell).padStart(9))].join(' '),
    );
    const failed = this.slack.map((kind) => `Too much of ${kind} is excused: this says nothing about it.`);
    const busy =
      this.#load > BUSY
        ? [`The machine was busy (load ${this.#load.toFixed(1)} for each core): lateness may be its own.`]
        : [];
    return [...lines, ...failed, ...busy].join('\n');
  }
}

/** With a longer queue than this for each core, processes wait for seconds in which nothing is struck. */
const BUSY = 2;
/** From so many on a share means something. */
const ENOUGH = 100;
/** A larger share than this might be missing without a finding. */
const MOST_EXCUSED = 0.5;

const sumOf = (one: Tally, other: Tally): Tally => ({
  demanded: one.demanded + other.demanded,
  excused: one.excused + other.excused,
  absent: one.absent + other.absent,
});

/** The command that plays a seed again. */
export function replayOf({ seed, queue, mutant }: { seed: number; queue: string; mutant?: string }): string {
  const defect = mutant === undefined ? '' : ` --mutant ${mutant}`;
  return `npm run faults --${defect} --only ${seed} --queue ${queue}`;
}

const KINDS = ['lost', 'doubled', 'early', 'wrong'] as const;

export const isClean = (verdict: Verdict): boolean => KINDS.every((kind) => verdict[kind].length === 0);
