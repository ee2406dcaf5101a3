import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { PATIENCE } from '../../test/support/patience.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { ask, openDatabase } from './client.ts';
import { isPassing } from './passing.ts';

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

test('asked before something else, and not waited for → carried out before it', async () => {
  const seen = await db.transaction(async (tx) => {
    const set = ask(tx.execute(sql`select set_config('watchbell.asked', 'first', true)`));
    const read = async () =>
      tx.execute<{ it: string }>(sql`select current_setting('watchbell.asked', true) as it`);
    const [{ rows }] = await Promise.all([read(), set]);
    return rows[0]?.it;
  });
  expect(seen).toBe('first');
});

test('one of several statements that are asked side by side fails → nothing of them stays, and the next one works', async () => {
  await db.execute(sql`create table beside (id int primary key)`);
  const attempt = db.transaction(async (tx) => {
    await Promise.all([
      tx.execute(sql`insert into beside values (1)`),
      tx.execute(sql`select 1 / 0`),
      tx.execute(sql`insert into beside values (2)`),
    ]);
  });
  await expect(attempt).rejects.toThrow();
  expect((await db.execute(sql`select * from beside`)).rows).toEqual([]);
});

test('what goes on beside a failure → is not kept after it', async () => {
  await db.execute(sql`create table after (id int)`);
  let beside: Promise<unknown> | undefined;
  const attempt = db.transaction(async (tx) => {
    const slowly = async () => {
      await pause(100);
      await tx.execute(sql`insert into after values (1)`);
    };
    beside = slowly();
    await Promise.all([beside, Promise.reject(new Error('stop'))]);
  });
  await expect(attempt).rejects.toThrow('stop');
  await expect(beside).rejects.toThrow();
  expect((await db.execute(sql`select * from after`)).rows).toEqual([]);
});

test('a statement fails and nobody hears it → the transaction does not count as kept', async () => {
  const attempt = db.transaction(async (tx) => {
    await tx.execute(sql`select 1 / 0`).catch(() => undefined);
  });
  await expect(attempt).rejects.toThrow('nothing was kept');
});

test('a NOTIFY → heard, until the listener stops', async () => {
  const heard: (string | null)[] = [];
  const stop = await listen('news', (payload) => heard.push(payload));
  await pool.query(`select pg_notify('news', 'first')`);
  await vi.waitFor(() => expect(heard).toEqual(['first']), PATIENCE);
  await stop();
  await pool.query(`select pg_notify('news', 'second')`);
  const stopAgain = await listen('news', (payload) => heard.push(payload));
  await pool.query(`select pg_notify('news', 'third')`);
  await vi.waitFor(() => expect(heard).toEqual(['first', 'third']), PATIENCE);
  await stopAgain();
});

test('the listening connection is cut → restored, and the listener is told that it may have missed something', async () => {
  const heard: (string | null)[] = [];
  const stop = await listen('cut', (payload) => heard.push(payload));
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'watchbell listen' and datname = current_database()`,
  );
  await vi.waitFor(() => expect(heard).toEqual([null]), PATIENCE);
  await pool.query(`select pg_notify('cut', 'again')`);
  await vi.waitFor(() => expect(heard).toEqual([null, 'again']), PATIENCE);
  await stop();
});

test('a connection is cut between two queries of a transaction → that transaction fails, and nothing else', async () => {
  const attempt = db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    const cut = vi.waitFor(async () => {
      const gone = await pool.query('select 1 from pg_stat_activity where pid = $1', [rows[0]?.pid]);
      expect(gone.rowCount).toBe(0);
    }, PATIENCE);
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
  expect(query.mock.calls).toEqual([['begin'], ['rollback']]);
  expect(await alone.db.transaction(async () => 'done')).toBe('done');
  await alone.close();
});

test('a server that vanishes without a word → its statements fail as passing, and the next one works when it is back', async () => {
  const way = await startSilentWay(new URL(url));
  const database = openDatabase(way.url, { max: 1, patience: 500 });
  await database.db.execute(sql`select 1`);
  way.swallows = true;
  const inside = database.db.transaction((tx) => tx.execute(sql`select 1`));
  const failure = await inside.catch((error: unknown) => error);
  expect(isPassing(failure)).toBe(true);
  way.swallows = false;
  expect((await database.db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }]);
  await database.close();
  way.close();
});

/** The way to a server, which can swallow all that goes over it. */
async function startSilentWay(server: URL): Promise<{ url: string; swallows: boolean; close(): void }> {
  const way = { url: '', swallows: false, close: () => {} };
  const sockets = new Set<Socket>();
  const listener = createServer((near) => {
    const far = connect(Number(server.port), server.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => way.swallows || to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  way.url = Object.assign(new URL(server), { port: String((listener.address() as AddressInfo).port) }).href;
  way.close = () => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  };
  return way;
}
