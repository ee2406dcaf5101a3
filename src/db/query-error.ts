import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';
import { messageOf } from '../errors.ts';

/**
 * An error as it may be logged or traced: without the values of a statement that failed, nor those that Postgres repeats. They
 * may be what somebody typed.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = withoutValues(error.cause);
  const speaks = error instanceof DrizzleQueryError || error instanceof pg.DatabaseError;
  // Left as it is wherever it can be: a copy of a DOMException, such as a time-out's, throws when it is read.
  if (!speaks && cause === error.cause) return error;
  const kept: Error = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error));
  if (cause !== undefined) define(kept, { cause });
  if (error instanceof DrizzleQueryError) {
    const message = `Failed query: ${error.query}`;
    define(kept, { message, stack: error.stack?.replace(error.message, () => message), params: undefined });
  }
  if (error instanceof pg.DatabaseError) define(kept, { detail: undefined, where: undefined });
  return kept;
}

/** What went wrong, to be kept and shown: of a statement that failed, what Postgres says of it. */
export const reasonOf = (error: unknown): string =>
  messageOf(error instanceof DrizzleQueryError && error.cause ? error.cause : error);

function define(error: Error, fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(fields))
    Object.defineProperty(error, name, { value, configurable: true, writable: true, enumerable: false });
}
