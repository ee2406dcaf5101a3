import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/postgres.ts';
import { hasRedis, startRedis, type TestRedis } from '../../test/support/redis.ts';
import type { SlackConfig } from '../config.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { startHarbour } from '../sandbox/testing.ts';
import { examineDatabase, examineQueue, examineSlack } from './index.ts';
import { scopeFinding } from './slack.ts';

const database = await testDatabase();
const NOWHERE = 'postgres://watchbell:hush@127.0.0.1:1/watchbell';

describe('the database', () => {
  test('reached and up to date → good, but for what a server for tests leaves out', async () => {
    expect(await examineDatabase(database.url)).toMatchObject([
      { subject: 'database', state: 'good', text: expect.stringMatching(/^Postgres 18/) },
      { subject: 'migrations', state: 'good', text: 'all applied' },
      { state: 'bad', remedy: 'Set fsync = on and restart Postgres.' },
      { state: 'bad', remedy: 'Set full_page_writes = on and restart Postgres.' },
      { state: 'bad', remedy: 'Set synchronous_commit = on for this database.' },
    ]);
  });

  test('a migration is missing → bad, with the command to run', async () => {
    await database.pool.query(`delete from drizzle.__drizzle_migrations
      where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`);
    expect(await examineDatabase(database.url)).toContainEqual({
      subject: 'migrations',
      state: 'bad',
      text: '1 not applied',
      remedy: expect.stringContaining('watchbell migrate'),
    });
  });

  test('not reached → bad, with the reason and a remedy, and without the password', async () => {
    const [finding] = await examineDatabase(NOWHERE);
    expect(finding).toMatchObject({ state: 'bad', text: expect.stringContaining('ECONNREFUSED') });
    expect(finding?.remedy).toContain('DATABASE_URL');
    expect(JSON.stringify(finding)).not.toContain('hush');
  });
});

describe('the queue', () => {
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    if (hasRedis) redis = await startRedis();
  });
  afterAll(async () => redis?.stop());

  test('on Postgres → good', async () => {
    expect(await examineQueue(database.url)).toMatchObject([
      { state: 'good', text: expect.stringMatching(/^BullMQ on postgres/) },
    ]);
  });

  test('on Postgres without its tables → bad, with the command to run', async () => {
    await database.pool.query('alter schema bullmq rename to elsewhere');
    const findings = await examineQueue(database.url);
    await database.pool.query('alter schema elsewhere rename to bullmq');
    expect(findings).toMatchObject([{ state: 'bad', remedy: 'Run watchbell migrate.' }]);
  });

  test.skipIf(!hasRedis)('on a Redis that forgets → it works, and the setting is named', async () => {
    const findings = await examineQueue(redis?.url ?? '');
    expect(findings.map(({ state }) => state)).toEqual(['good', 'doubtful']);
    expect(findings[1]?.remedy).toContain('appendonly yes');
  });

  test.each([NOWHERE, 'redis://127.0.0.1:1'])('not reached (%s) → bad, with a remedy', async (url) => {
    const [finding] = await examineQueue(url);
    expect(finding).toMatchObject({ state: 'bad', text: expect.stringContaining('ECONNREFUSED') });
    expect(finding?.remedy).toContain('QUEUE_URL');
  });
});

describe('Slack', () => {
  let sandbox: Sandbox;
  let slack: SlackConfig;
  beforeAll(async () => {
    sandbox = await startHarbour();
    const { botToken, appToken } = sandbox.credentials;
    slack = { botToken, apiUrl: `${sandbox.url}/api/`, transport: { kind: 'socket', appToken } };
  });
  afterAll(() => sandbox.close());

  test('good tokens and all scopes → good', async () => {
    const findings = await examineSlack(slack);
    expect(findings.map(({ subject, state }) => [subject, state])).toEqual([
      ['Slack', 'good'],
      ['Slack scopes', 'good'],
      ['Slack delivery', 'good'],
    ]);
  });

  test('a wrong app token → bad, with where to find the right one', async () => {
    const findings = await examineSlack({ ...slack, transport: { kind: 'socket', appToken: 'xapp-wrong' } });
    expect(findings).toContainEqual(
      expect.objectContaining({
        subject: 'Slack delivery',
        state: 'bad',
        remedy: expect.stringContaining('App-Level'),
      }),
    );
  });

  test('a revoked bot token → bad, with Slack’s own word for it', async () => {
    sandbox.revokeToken();
    const findings = await examineSlack(slack);
    expect(findings[0]).toMatchObject({
      subject: 'Slack',
      state: 'bad',
      text: expect.stringContaining('token_revoked'),
    });
  });

  test('a scope that the manifest asks for is not granted → bad, and named', () => {
    expect(scopeFinding(['chat:write', 'pins:write'], ['chat:write'])).toMatchObject({
      state: 'bad',
      text: 'missing: pins:write',
    });
  });
});
