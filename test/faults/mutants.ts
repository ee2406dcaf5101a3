import type { Mutant } from './mutant.ts';
import { OF_ACTS } from './mutants-of-acts.ts';
import { OF_DELIVERY } from './mutants-of-delivery.ts';

export type { Mutant } from './mutant.ts';

/** The bot as it is: were it noticed, the others would prove nothing. */
const NONE: Mutant = { name: 'none', edits: [] };

export const MUTANTS: Mutant[] = [NONE, ...OF_DELIVERY, ...OF_ACTS];
