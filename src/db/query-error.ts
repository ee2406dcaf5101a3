import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';
import { messageOf } from '../errors.ts';

/**
 * An error as it may be logged or traced: without the values of a statement that failed, nor those that Postgres repeats. They
 * may be what somebody typed.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const kept: Error = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error));
  if (error.cause !== undefined) define(kept, { cause: withoutValues(error.cause) });
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
