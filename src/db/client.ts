import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import { Listener } from './listener.ts';

/** Drizzle on node-postgres; a transaction fits wherever a `Db` is asked for. */
export type Db = NodePgDatabase;

/** What `db.transaction` hands to its callback. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

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

/** Opens a pool of at most `max` connections (default 10); connects on first use. */
export function openDatabase(
  url: string,
  options: {
    max?: number;
    logger?: Logger;
    /** What is written may be forgotten when the server crashes within the next second; for what is kept for minutes only. */
    hasty?: boolean;
  } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: 'watchbell',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
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
 * A transaction on a connection that is given back however it ends. Drizzle alone keeps the one on which BEGIN itself failed, as
 * it does when the connection was cut: after ten of these, nothing could be asked any more, nor the pool be closed.
 */
const onOneConnection =
  (pool: pg.Pool): Db['transaction'] =>
  async (work, config) => {
    const client = await pool.connect();
    try {
      return await drizzle(client).transaction(work, config);
    } finally {
      client.release();
    }
  };
