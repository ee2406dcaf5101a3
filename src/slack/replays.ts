import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { realMilliseconds } from '../clock.ts';
import type { Db } from '../db/client.ts';
import type { Logger } from '../logger.ts';
import { seenRequest } from './tables.ts';

/** A request is good for 5 minutes before and after its date: after these it is refused as too old. */
const KEPT = sql`interval '10 minutes'`;
const SWEEP_EVERY_MS = 60_000;
/** Slack wants an answer within 3 seconds. */
const PATIENCE_MS = 2_000;

/** Whether a request with this signature comes for the first time, to any web process. Throws where that cannot be told. */
export type IsFirst = (signature: string) => Promise<boolean>;

/** Remembers signatures in Postgres for as long as they are good: whoever recorded a request cannot have it done again. */
export function rememberRequests(db: Db, logger: Logger): IsFirst {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return async (signature) => {
    if (realMilliseconds() - sweptAt > SWEEP_EVERY_MS) {
      sweptAt = realMilliseconds();
      sweep(db).catch((error: unknown) => logger.warn({ err: error }, 'Old signatures could not be deleted'));
    }
    const digest = createHash('sha256').update(signature).digest('hex');
    const values = { digest, seenAt: sql`now()` };
    const inserted = await within(PATIENCE_MS, db.insert(seenRequest).values(values).onConflictDoNothing());
    return inserted.rowCount === 1;
  };
}

const sweep = (db: Db) => db.delete(seenRequest).where(sql`${seenRequest.seenAt} < now() - ${KEPT}`);

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Postgres did not answer within ${ms} ms`)), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
