import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { PATIENCE } from '../../test/support/patience.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { openDatabase } from '../db/client.ts';
import { rememberRequests } from './replays.ts';

const database = await testDatabase();
const logger = pino({ level: 'silent' });

test('the same signature at two processes at once → the first time for one of them', async () => {
  const processes = [rememberRequests(database.db, logger), rememberRequests(database.db, logger)];
  const answers = await Promise.all([...processes, ...processes].map((isFirst) => isFirst('v0=a')));
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await processes[0]?.('v0=b')).toBe(true);
});

test('many at once, some of them twice → each is the first once', async () => {
  const isFirst = rememberRequests(database.db, logger);
  const signatures = Array.from({ length: 300 }, (_, index) => `v0=many${index % 200}`);
  const answers = await Promise.all(signatures.map(isFirst));
  expect(answers.filter(Boolean)).toHaveLength(200);
});

test('signatures that are no longer good → swept, and no others', async () => {
  await database.pool.query(`insert into seen_request values
    ('old', now() - interval '11 minutes'), ('young', now() - interval '9 minutes')`);
  const kept = async () =>
    (await database.pool.query<{ digest: string }>('select digest from seen_request')).rows.map(
      ({ digest }) => digest,
    );
  await rememberRequests(database.db, logger)('v0=c');
  await vi.waitFor(async () => expect(await kept()).not.toContain('old'), PATIENCE);
  expect(await kept()).toContain('young');
});

test('Postgres is not there, or does not answer → not taken for the first time', async () => {
  const nowhere = openDatabase('postgres://a:b@127.0.0.1:1/c');
  await expect(rememberRequests(nowhere.db, logger)('v0=d')).rejects.toThrow();
  await nowhere.close();
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query('lock table seen_request in access exclusive mode');
  await expect(rememberRequests(database.db, logger)('v0=e')).rejects.toThrow(/did not answer/);
  await client.query('rollback');
  client.release();
});
