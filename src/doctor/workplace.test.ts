import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import type { SlackConfig } from '../config.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { startHarbour } from '../sandbox/testing.ts';
import { driftFinding } from './clock.ts';
import { CONNECTIONS_OF_A_PROCESS, settingFindings } from './database.ts';
import { examineChannels, examineClock } from './index.ts';

const database = await testDatabase();
let sandbox: Sandbox;
let slack: SlackConfig;

beforeAll(async () => {
  sandbox = await startHarbour();
  const { botToken, appToken } = sandbox.credentials;
  slack = { botToken, apiUrl: `${sandbox.url}/api/`, transport: { kind: 'socket', appToken } };
});
afterAll(() => sandbox?.close());

const examine = () => examineChannels({ databaseUrl: database.url, slack });

describe('the channels', () => {
  test('nothing is scheduled → nothing to say', async () => {
    expect(await examine()).toEqual([{ subject: 'channels', state: 'good', text: 'no upgrade is ahead' }]);
  });

  test('a scheduled plan with a channel without us, an archived and a private one → each named, with its remedy', async () => {
    const world = await testContext(database.db, [], new Date('2026-11-20T09:00:00Z'));
    sandbox.changeChannel('CSUPPORT', { is_archived: true });
    const draft = await draftOf(world, (plan) => ({
      ...plan,
      channels: { room: 'CCRMUPGRADE', announce: ['CFINANCE', 'CSUPPORT'], support: 'CLEADERSHIP' },
      audience: { ...plan.audience, channels: [] },
    }));
    expect(await examine()).toMatchObject([{ state: 'good', text: 'no upgrade is ahead' }]);
    await database.pool.query(`update upgrade set state = 'scheduled' where id = $1`, [draft.id]);
    expect(await examine()).toMatchObject([
      { state: 'bad', text: 'UP-1: I am not in #finance', remedy: 'Type /invite @Watchbell in #finance.' },
      { state: 'bad', text: 'UP-1: #support is archived', remedy: expect.stringContaining('Unarchive') },
      { state: 'bad', text: 'UP-1: I cannot see the channel CLEADERSHIP' },
    ]);
  });
});

describe('the channels, when Slack', () => {
  const MANY = ['CCRMUPGRADE', 'CFINANCE', 'CSUPPORT', 'CLEADERSHIP'];

  test('asks to wait → waited for, and every channel is judged', async () => {
    sandbox.faults.inject({ method: 'conversations.info', kind: '429', retryAfter: 1 });
    expect((await examine()).map(({ state }) => state)).toEqual(['bad', 'bad', 'bad']);
  });

  test.each(MANY)(
    'does not answer for %s → doubtful, and the others are judged all the same',
    async (channel) => {
      sandbox.faults.inject({ method: 'conversations.info', match: { channel }, kind: '5xx' });
      const findings = await examine();
      expect(findings.filter(({ state }) => state === 'doubtful')).toMatchObject([
        { text: expect.stringContaining(channel), remedy: expect.stringContaining('again') },
      ]);
      expect(findings.filter(({ state }) => state === 'bad')).toHaveLength(channel === 'CCRMUPGRADE' ? 3 : 2);
    },
  );
});

describe('the clock', () => {
  test('of this machine agrees with those of its own Slack and database', async () => {
    expect(await examineClock({ databaseUrl: database.url, slack })).toEqual([
      { subject: 'clock', state: 'good', text: 'agrees with Slack' },
      { subject: 'clock', state: 'good', text: 'agrees with the database' },
    ]);
  });

  test.each([
    [2.5, '2.5 s ahead of Slack'],
    [-70, '70.0 s behind Slack'],
  ])('%d s off → bad, with how to set it', (seconds, text) => {
    expect(driftFinding('Slack', seconds)).toMatchObject({
      state: 'bad',
      text,
      remedy: expect.stringContaining('NTP'),
    });
  });
});

describe('the settings of Postgres', () => {
  const GOOD = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', max_connections: '100' };

  test.each([
    [{}, []],
    [{ fsync: 'off' }, ['bad']],
    [{ full_page_writes: 'off' }, ['bad']],
    [{ synchronous_commit: 'off' }, ['bad']],
    [{ synchronous_commit: 'remote_apply' }, []],
    [{ max_connections: '20' }, ['doubtful']],
  ])('%j → %j', (change, states) => {
    const found = settingFindings({ ...GOOD, ...change });
    expect(found.map(({ state }) => state)).toEqual(states);
    for (const { remedy } of found) expect(remedy).toMatch(/^Set /);
  });

  test('the connections that doctor asks for → those of the guide', () => {
    const guide = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    expect(guide).toContain(`${CONNECTIONS_OF_A_PROCESS} connections for each process`);
  });
});
