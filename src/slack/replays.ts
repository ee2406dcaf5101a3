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

/**
 * Remembers signatures in Postgres for as long as they are good: whoever recorded a request cannot have it done again. Those
 * that come while a statement is under way share the next one, so that a rush does not stand in line for connections.
 */
export function rememberRequests(db: Db, logger: Logger): IsFirst {
  let sweptAt = Number.NEGATIVE_INFINITY;
  let waiting: Waiting[] = [];
  let busy = false;
  const work = async () => {
    busy = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await remember(db, group);
    }
    busy = false;
  };
  return async (signature) => {
    if (realMilliseconds() - sweptAt > SWEEP_EVERY_MS) {
      sweptAt = realMilliseconds();
      sweep(db).catch((error: unknown) => logger.warn({ err: error }, 'Old signatures could not be deleted'));
    }
    const digest = createHash('sha256').update(signature).digest('hex');
    const answer = new Promise<boolean>((resolve, reject) => waiting.push({ digest, resolve, reject }));
    if (!busy) void work();
    return within(PATIENCE_MS, answer);
  };
}

interface Waiting {
  digest: string;
  resolve(isFirst: boolean): void;
  reject(error: unknown): void;
}

/** In one order for every process: none of them waits for another that waits for it. */
async function remember(db: Db, group: readonly Waiting[]): Promise<void> {
  const digests = [...new Set(group.map(({ digest }) => digest))].toSorted();
  try {
    const inserted = await db
      .insert(seenRequest)
      .values(digests.map((digest) => ({ digest, seenAt: sql`now()` })))
      .onConflictDoNothing()
      .returning({ digest: seenRequest.digest });
    const first = new Set(inserted.map(({ digest }) => digest));
    // The same one twice in a group is the first time for one of them.
    for (const { digest, resolve } of group) resolve(first.delete(digest));
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

const sweep = (db: Db) => db.delete(seenRequest).where(sql`${seenRequest.seenAt} < now() - ${KEPT}`);

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Postgres did not answer within ${ms} ms`)), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
