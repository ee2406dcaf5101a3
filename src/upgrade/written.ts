import { invalidInput } from '../errors.ts';

/** Characters (UTF-16 units) of a status line, an issue or a reason that are kept; messages may shorten them. */
export const MOST_CHARACTERS = 2_000;

/** Text that Postgres keeps as it is: without NUL, and with half a character replaced by the sign for an unreadable one. */
export const storable = (text: string): string =>
  text.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\uFFFD');

/** What somebody wrote, trimmed. Throws where there is nothing, or more than is kept. */
export function readText(text: string, what: string): string {
  const read = storable(text).trim();
  if (read === '') throw invalidInput(`${what} needs some words.`, [], 'Say it in a sentence or two.');
  if (read.length > MOST_CHARACTERS) {
    throw invalidInput(
      `${what} has ${read.length} characters; up to ${MOST_CHARACTERS} are kept.`,
      [],
      'Shorten it; the record keeps every word of what you say.',
    );
  }
  return read;
}

/** A reason may be left out. */
export const readReason = (why: string | undefined): string | undefined =>
  why?.trim() ? readText(why, 'The reason') : undefined;
