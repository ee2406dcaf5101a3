import type { Edit } from './build-bot.ts';
import type { Verdict } from './oracle/index.ts';
import type { StrikeKind } from './strikes.ts';

/** What a defect must be noticed by. */
export interface Expectation {
  kind: 'lost' | 'doubled' | 'early' | 'wrong';
  finding: RegExp;
}

/** A defect that a careless change could bring, as edits of the program. */
export interface Mutant {
  name: string;
  edits: Edit[];
  /** Absent where there is no defect: then nothing may be noticed. */
  expects?: Expectation;
  /** Where it shows only on one queue. */
  queue?: 'redis' | 'postgres';
  /** Where it shows only under such strikes: its hunt has no others, and more of these. */
  under?: readonly StrikeKind[];
}

export const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

const ANYTHING: Expectation[] = (['lost', 'doubled', 'early', 'wrong'] as const).map((kind) => ({
  kind,
  finding: /./,
}));

/** The first finding that shows this mutant. */
export const findingOf = ({ expects }: Mutant, verdict: Verdict): string | undefined =>
  (expects ? [expects] : ANYTHING).flatMap(({ kind, finding }) => {
    const found = verdict[kind].find((what) => finding.test(what));
    return found === undefined ? [] : [`${kind}: ${found.split('\n')[0]}`];
  })[0];
