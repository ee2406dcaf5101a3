import type { SandboxState } from '../../../src/sandbox/index.ts';
import type { Seen } from '../observer.ts';
import type { Life } from './life.ts';
import type { Measure } from './measure.ts';

/** A message that must be at a place, or may be, or must not be there before its time. */
export interface Demand {
  kind: string;
  slot: string;
  target: string;
  /** By the run's clock; never before it. */
  due: number;
  /** Undefined: it must be there. Otherwise why it need not be. */
  excuse?: string;
  /** What it says at first, and in the end. */
  says: RegExp;
  /** From then on it says what is not true any more. */
  until?: number;
  finally?: RegExp;
}

export interface Known {
  life: Life;
  key: string;
  slack: SandboxState;
  measure: Measure;
  /** The message of this kind and slot at this place. */
  find(kind: string, slot: string, target: string): Seen | undefined;
}

export type Part = Omit<Demand, 'target'>;
export const toEach = (targets: Iterable<string>, part: (target: string) => Part): Demand[] =>
  [...new Set(targets)].map((target) => ({ ...part(target), target }));

/** An instant as it stands in a message. */
export const stamp = (at: number): string => `<!date\\^${Math.floor(at / 1_000)}\\^`;

/** When it was left out, as a row or as a message to this target, as the record has it. */
export const leftOut = (life: Life, kind: string, slot: string, target?: string): number | undefined =>
  life.entries.find(
    ({ fact, data }) => fact === 'timetable.skipped' && data.kind === kind && data.slot === slot,
  )?.at ?? withdrawn(life, kind, slot, target);

/** When it was taken back, written down already, before it was sent. */
export const withdrawn = (
  { entries }: Life,
  kind: string,
  slot: string,
  target?: string,
): number | undefined =>
  entries.find(
    ({ fact, data }) =>
      fact === 'message.withdrawn' &&
      data.kind === kind &&
      data.slot === slot &&
      (target === undefined || data.target === target),
  )?.at;
