import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';
import { PATIENCE_MS, SERVER_PATIENCE } from '../../db/client.ts';
import { CONNECTION } from '../../db/listener.ts';
import { type Backend, forEachTopic, JOB_OPTIONS, queueName, WORKER_OPTIONS } from './backend.ts';

const SCHEMA = 'bullmq';

/** Each of the three workers keeps one connection to listen on; the rest is shared by all. */
const CONNECTIONS = 8;

/** Creates or updates the queue's own tables; one process at a time. */
export async function migratePostgresQueue(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'watchbell migrate' });
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
}

export function openPostgresBackend(url: string, report: (error: Error) => void): Backend {
  const connection = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    application_name: 'watchbell queue',
    // No ring waits for the disk: those that a crash of the server forgets are rung again at the next sweep.
    options: `-c search_path=${SCHEMA} -c synchronous_commit=off`,
    ...CONNECTION,
    connectionTimeoutMillis: 5_000,
    query_timeout: PATIENCE_MS,
    ...SERVER_PATIENCE,
  });
  // Each connection reports for itself, also while it is held: nobody else would hear that it was cut.
  connection.on('connect', (client) => client.on('error', report));
  connection.on('error', () => {});
  return {
    kind: 'postgres',
    queues: forEachTopic((topic) => {
      const options = { connection, defaultJobOptions: JOB_OPTIONS };
      return new Queue(queueName(topic), options, createPostgresBackend).on('error', report);
    }),
    work: (topic, look) => {
      const options = { ...WORKER_OPTIONS, connection };
      return new Worker(queueName(topic), look, options, createPostgresBackend).on('error', report);
    },
    ping: async () => {
      await connection.query('select 1');
    },
    alone: (id, work) => withLock(connection, id, work),
    disconnect: () => connection.end(),
  };
}

/** Two processes that put up the same scheduler at once would double it or stop it. */
async function withLock(pool: pg.Pool, id: string, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let unlocked = false;
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [id]);
    await work();
    await client.query('select pg_advisory_unlock(hashtext($1))', [id]);
    unlocked = true;
  } finally {
    client.release(!unlocked); // the lock goes with its connection, whatever happened
  }
}
