import { messageOf } from '../errors.ts';

/** What an examination found, in an operator's words. */
export interface Finding {
  subject: string;
  /** `doubtful`: it works, but not as it should in production. */
  state: 'good' | 'doubtful' | 'bad';
  text: string;
  /** What to do about it. */
  remedy?: string;
}

/** The findings of `examine`, or one bad finding when it throws. */
export async function orBad(
  subject: string,
  remedy: string,
  examine: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await examine();
  } catch (error) {
    return [{ subject, state: 'bad', text: messageOf(error), remedy }];
  }
}
