import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import { CONNECTION, Listener } from './listener.ts';

/** A transaction under way. Statements that are asked side by side go to the server together, and are carried out in that order. */
export type Tx = Omit<NodePgDatabase, 'transaction'>;

/** Drizzle on node-postgres; a transaction fits wherever a `Db` is asked for. */
export interface Db extends Tx {
  /** Commits what `work` did, or undoes all of it and throws what it threw. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** Asks now, before whatever is asked after it; Drizzle alone asks only when somebody waits for the answer. */
export const ask = async <T>(query: PromiseLike<T>): Promise<T> => query.then((answer) => answer);

export interface Database {
  db: Db;
  pool: pg.Pool;
  /**
   * Calls `hear` with the payload of every NOTIFY on `channel`, on a connection of its own. That connection is restored when it is
   * lost, and `hear` is then called once with `null`: something may have been missed. Resolves, once it listens, with how to stop.
   */
  listen(channel: string, hear: (payload: string | null) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Longer than any statement of ours takes. A server that vanished without a word would be waited for as long as TCP does. */
export const PATIENCE_MS = 30_000;

/** The server lets go before we do: of what waits for a lock, and of a transaction whose process has vanished. */
export const SERVER_PATIENCE = {
  statement_timeout: PATIENCE_MS - 5_000,
  idle_in_transaction_session_timeout: 2 * PATIENCE_MS,
};

/** Opens a pool of at most `max` connections (default 10); connects on first use. */
export function openDatabase(
  url: string,
  options: {
    max?: number;
    logger?: Logger;
    /** After which a statement that is not answered counts as failed, and its connection as lost. Real milliseconds. */
    patience?: number;
    /** What is written may be forgotten when the server crashes within the next second; for what is kept for minutes only. */
    hasty?: boolean;
  } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: 'watchbell',
    ...CONNECTION,
    query_timeout: options.patience ?? PATIENCE_MS,
    ...SERVER_PATIENCE,
    pipeline: true,
    ...(options.hasty ? { options: '-c synchronous_commit=off' } : {}),
  });
  let closing = false;
  const report = (error: Error) => {
    // A pool that has ended may still be hanging up; the server may be quicker.
    if (!closing) options.logger?.warn({ err: error }, 'A database connection was lost');
  };
  // Each connection reports for itself, also while a transaction holds it: nobody else would hear that it was cut, and the
  // process would end.
  pool.on('connect', (client) => client.on('error', report));
  pool.on('error', () => {});
  const listener = new Listener(url, report);
  return {
    db: Object.assign(drizzle(pool), { transaction: onOneConnection(pool) }),
    pool,
    listen: (channel, hear) => listener.listen(channel, hear),
    close: async () => {
      closing = true;
      await listener.close();
      await pool.end();
    },
  };
}

/**
 * A transaction whose BEGIN travels with its first statement, on a connection that is given back however it ends. Drizzle alone
 * waits for BEGIN, and keeps a connection that was cut before it: after ten of these, nothing could be asked any more, nor the
 * pool be closed.
 */
const onOneConnection =
  (pool: pg.Pool): Db['transaction'] =>
  async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    const inside = untilOver(client);
    let broken: Error | undefined;
    try {
      const begun = client.query('begin');
      begun.catch(() => {}); // whatever follows fails as well, and is heard
      const result = await work(drizzle(inside.client));
      await begun;
      inside.end();
      // Postgres answers ROLLBACK where a statement has failed, also one whose failure nobody heard.
      const { command } = await client.query('commit');
      if (command !== 'COMMIT')
        throw new Error('a statement of the transaction failed, and nothing was kept');
      return result;
    } catch (error) {
      inside.end();
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };

/** The same connection, which takes no more statements once it was ended: what goes on beside a failure would be kept otherwise. */
function untilOver(client: pg.PoolClient): { client: pg.PoolClient; end(): void } {
  let over = false;
  const inside: pg.PoolClient = Object.create(client, {
    query: {
      value: (...statement: Parameters<pg.PoolClient['query']>) =>
        over ? Promise.reject(new Error('the transaction is over')) : client.query(...statement),
    },
  });
  return {
    client: inside,
    end: () => {
      over = true;
    },
  };
}
