import { answersAnother } from './oracle/promises.ts';

/** An earlier act may be answered only now: its answer names another upgrade, or what was typed or said then. */
export function answers(text: string, upgrade: string, verb: string, said?: string): boolean {
  // A refused click names neither.
  if (verb.startsWith('vote ') && text.startsWith('Not done: ') && !/UP-\d/.test(text)) return true;
  if (answersAnother(verb, text)) return false;
  if (said !== undefined && text.includes('Your status line') && !text.includes(said)) return false;
  const typed = /You typed: \/upgrade (\S+)/.exec(text)?.[1];
  return new RegExp(`${upgrade}\\b`).test(text) && (typed === undefined || typed === verb);
}

/** What can be clicked, or nothing where this person sees no such button any more. */
export function clickable<T>(prepare: () => T): T | undefined {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return undefined;
    throw error;
  }
}
