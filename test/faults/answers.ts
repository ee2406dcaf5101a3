import { answersAnother } from './oracle/promises.ts';

/** What was asked for: of a status line, its text; of a move, the new start in milliseconds of the epoch. */
interface Asked {
  upgrade: string;
  verb: string;
  text?: string | undefined;
  start?: number | undefined;
}

/** An earlier act may be answered only now: its answer names another upgrade, or what was typed or said then. */
export function answers(answer: string, { upgrade, verb, text, start }: Asked): boolean {
  // A refused click names neither.
  if (verb.startsWith('vote ') && answer.startsWith('Not done: ') && !/UP-\d/.test(answer)) return true;
  if (answersAnother(verb, answer)) return false;
  if (text !== undefined && answer.includes('Your status line') && !answer.includes(text)) return false;
  const movedTo = / is moved from .*? to <!date\^(\d+)\^/.exec(answer)?.[1];
  if (start !== undefined && movedTo !== undefined && Number(movedTo) * 1_000 !== start) return false;
  const typed = /You typed: \/upgrade (.+)/.exec(answer)?.[1];
  if (start !== undefined && typed !== undefined && !typed.includes(typedTime(start))) return false;
  return new RegExp(`${upgrade}\\b`).test(answer) && (typed === undefined || typed.split(' ')[0] === verb);
}

/** As people type it: `2026-12-05 21:00`, UTC. */
export const typedTime = (at: Date | number): string =>
  new Date(at).toISOString().slice(0, 16).replace('T', ' ');

/** What can be clicked, or nothing where this person sees no such button any more. */
export function clickable<T>(prepare: () => T): T | undefined {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return undefined;
    throw error;
  }
}
