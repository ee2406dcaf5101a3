import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PATIENCE } from '../test/support/patience.ts';
import { testDatabase } from '../test/support/postgres.ts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { createLogger } from './logger.ts';
import type { Sandbox } from './sandbox/index.ts';
import { startHarbour } from './sandbox/testing.ts';

const database = await testDatabase();
const logger = createLogger({ level: 'silent' });
let sandbox: Sandbox;
let config: Config;

beforeAll(async () => {
  sandbox = await startHarbour();
  const { botToken, appToken } = sandbox.credentials;
  config = {
    databaseUrl: database.url,
    queueUrl: database.url,
    slack: { botToken, apiUrl: `${sandbox.url}/api/`, transport: { kind: 'socket', appToken } },
    clock: { speed: 1, anchor: undefined },
    templatesDir: undefined,
    logLevel: 'silent',
  };
});
afterAll(() => sandbox?.close());

test('what needs no connection → is found before anything is connected', async () => {
  const broken = { ...config, databaseUrl: 'postgres://a:b@127.0.0.1:1/c', templatesDir: '/nowhere' };
  await expect(buildApp(broken, { logger })).rejects.toMatchObject({ code: 'bad_config' });
});

test('a start that fails halfway → leaves no connection open', async () => {
  const ours = async () => {
    const { rows } = await database.pool.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name like 'watchbell%'`,
    );
    return rows[0]?.count;
  };
  const before = await ours();
  await database.pool.query('alter table workspace rename to elsewhere');
  await expect(buildApp(config, { logger })).rejects.toThrow();
  await database.pool.query('alter table elsewhere rename to workspace');
  await vi.waitFor(async () => expect(await ours()).toBe(before), PATIENCE);
});
