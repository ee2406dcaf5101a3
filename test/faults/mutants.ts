import type { Edit } from './build-bot.ts';

/** A defect that a careless change could bring, as edits of the program. */
export interface Mutant {
  name: string;
  edits: Edit[];
  /** Where it shows only on one queue. */
  queue?: 'redis' | 'postgres';
}

export const MUTANTS: Mutant[] = [];
