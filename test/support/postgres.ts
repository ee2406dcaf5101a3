import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';

export interface TestDatabase extends Database {
  url: string;
}

/**
 * A migrated database of this test file's own: `const { db } = await testDatabase();` at its top. It is dropped
 * afterwards, but kept (and named) when a test failed. A connection that is still open then fails the file.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator((client) =>
    client.query(`create database ${name} template ${inject('templateDatabase')}`),
  );
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const database = openDatabase(url.href);
  let failed = false;
  afterEach(({ task }) => {
    failed ||= task.result?.state === 'fail';
  });
  afterAll(async () => {
    await database.close();
    if (failed) return console.error(`Kept for as long as this run watches: ${url.href}`);
    await asAdministrator(async (client) => {
      await refuseLeaks(client, name);
      await client.query(`drop database ${name}`);
    });
  });
  return { ...database, url: url.href };
}

async function refuseLeaks(client: pg.Client, name: string): Promise<void> {
  for (let patience = 40; ; patience--) {
    const { rows } = await client.query<{ application_name: string; query: string }>(
      'select application_name, query from pg_stat_activity where datname = $1',
      [name],
    );
    if (rows.length === 0) return;
    if (patience === 0) throw new Error(`Connections left open: ${JSON.stringify(rows)}`);
    await sleep(50);
  }
}

async function asAdministrator<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
