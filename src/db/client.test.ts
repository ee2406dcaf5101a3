import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { testDatabase } from '../../test/support/postgres.ts';
import { openDatabase } from './client.ts';

const { db, pool, listen, url } = await testDatabase();

test('a test file → a database of its own', async () => {
  const { rows } = await db.execute<{ name: string }>(sql`select current_database() as name`);
  expect(rows[0]?.name).toMatch(/^test_/);
});

test('a transaction that fails → nothing of it stays', async () => {
  const attempt = db.transaction(async (tx) => {
    await tx.execute(sql`create table half (id int)`);
    throw new Error('stop');
  });
  await expect(attempt).rejects.toThrow('stop');
  const { rows } = await db.execute(sql`select to_regclass('half') as name`);
  expect(rows).toEqual([{ name: null }]);
});

test('a NOTIFY → heard, until the listener stops', async () => {
  const heard: (string | null)[] = [];
  const stop = await listen('news', (payload) => heard.push(payload));
  await pool.query(`select pg_notify('news', 'first')`);
  await vi.waitFor(() => expect(heard).toEqual(['first']));
  await stop();
  await pool.query(`select pg_notify('news', 'second')`);
  const stopAgain = await listen('news', (payload) => heard.push(payload));
  await pool.query(`select pg_notify('news', 'third')`);
  await vi.waitFor(() => expect(heard).toEqual(['first', 'third']));
  await stopAgain();
});

test('the listening connection is cut → restored, and the listener is told that it may have missed something', async () => {
  const heard: (string | null)[] = [];
  const stop = await listen('cut', (payload) => heard.push(payload));
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'watchbell listen' and datname = current_database()`,
  );
  await vi.waitFor(() => expect(heard).toEqual([null]), { timeout: 5_000 });
  await pool.query(`select pg_notify('cut', 'again')`);
  await vi.waitFor(() => expect(heard).toEqual([null, 'again']));
  await stop();
});

test('a connection is cut between two queries of a transaction → that transaction fails, and nothing else', async () => {
  const attempt = db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    const cut = vi.waitFor(async () => {
      const gone = await pool.query('select 1 from pg_stat_activity where pid = $1', [rows[0]?.pid]);
      expect(gone.rowCount).toBe(0);
    });
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await cut;
    await tx.execute(sql`select 1`);
  });
  await expect(attempt).rejects.toThrow();
  await expect(db.execute(sql`select 1 as one`)).resolves.toMatchObject({ rows: [{ one: 1 }] });
});

test('a connection is cut just before a transaction begins on it → it is given back, and the next one has another', async () => {
  const alone = openDatabase(url, { max: 1 });
  const client = await alone.pool.connect();
  const query = vi.spyOn(client, 'query').mockRejectedValueOnce(new Error('the connection was cut') as never);
  client.release();
  await expect(alone.db.transaction(async () => 'done')).rejects.toThrow();
  expect(query).toHaveBeenCalledOnce();
  expect(await alone.db.transaction(async () => 'done')).toBe('done');
  await alone.close();
});
