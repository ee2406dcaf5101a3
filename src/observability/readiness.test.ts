import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/postgres.ts';
import { openDatabase } from '../db/client.ts';
import type { QueueHealth } from '../jobs/port.ts';
import { SlackFailure } from '../slack/failure.ts';
import { Clocks } from './clocks.ts';
import { createReadiness, type Examined } from './readiness.ts';
import { operatorRoutes } from './routes.ts';

const database = await testDatabase();
const queue = (health: Partial<QueueHealth>): Examined['jobs'] => ({
  health: async () => ({ backend: 'redis', ok: true, ...health }),
});
const clocksOff = (slack: number): Clocks => {
  const clocks = new Clocks();
  clocks.note('slack', slack, 0);
  return clocks;
};
const healthy = (): Examined => ({
  database,
  jobs: queue({}),
  identity: async () => undefined,
  trouble: () => undefined,
  role: 'all',
  clocks: clocksOff(0.4),
});
const examine = (change: Partial<Examined>) => createReadiness({ ...healthy(), ...change })();

test('all is well → every check is ok', async () => {
  const states = Object.values(await examine({})).map(({ state }) => state);
  expect(states).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
});

test('no database → failed, in words, within the patience of a probe', async () => {
  const gone = openDatabase('postgres://watchbell@127.0.0.1:1/watchbell');
  const checks = await examine({ database: gone });
  await gone.close();
  expect(checks.database).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/does not answer: .*ECONNREFUSED/),
  });
  // One outage is one alarm.
  const others = Object.entries(checks).filter(
    ([name, { state }]) => name !== 'database' && state === 'failed',
  );
  expect(others).toEqual([]);
});

test('no queue → degraded only: Postgres keeps the time', async () => {
  const checks = await examine({ jobs: queue({ ok: false, problem: 'redis does not answer: gone' }) });
  expect(checks.queue).toMatchObject({
    state: 'degraded',
    detail: expect.stringContaining('Postgres keeps'),
  });
});

test.each([
  ['Slack refuses the token', new SlackFailure('refused', 'auth.test', 'token_revoked'), 'failed'],
  ['Slack does not answer', new SlackFailure('doubtful', 'auth.test', 'ECONNRESET'), 'degraded'],
])('%s → %#', async (_, failure, state) => {
  const { slack } = await examine({ identity: () => Promise.reject(failure) });
  expect(slack).toMatchObject({ state, detail: expect.stringContaining(failure.reason) });
});

test.each([
  ['all', 'degraded'],
  ['web', 'failed'],
  ['worker', 'ok'],
])('nothing of Slack’s arrives at role %s → %s', async (role, state) => {
  const { delivery } = await examine({ role, trouble: () => 'Slack refuses the app token: token_revoked' });
  expect(delivery.state).toBe(state);
  if (state !== 'ok') expect(delivery.detail).toContain('token_revoked');
});

test.each([
  [1.9, 'ok'],
  [-2.5, 'degraded'],
  [61, 'failed'],
])('%d s off Slack’s clock → %s', async (slack, state) => {
  expect((await examine({ clocks: clocksOff(slack) })).clock.state).toBe(state);
});

test('probes come thick and fast → Slack is asked once', async () => {
  let asked = 0;
  const look = createReadiness({ ...healthy(), identity: async () => void asked++ });
  await Promise.all([look(), look(), look()]);
  await look();
  expect(asked).toBe(1);
});

test('many probes at once → the stores are looked at once', async () => {
  let looks = 0;
  const jobs: Examined['jobs'] = {
    health: async () => {
      looks += 1;
      return { backend: 'redis', ok: true };
    },
  };
  const look = createReadiness({ ...healthy(), jobs });
  const answers = await Promise.all(Array.from({ length: 100 }, look));
  expect(looks).toBe(1);
  expect(new Set(answers).size).toBe(1);
});

test.each([
  ['ok', 200],
  ['degraded', 200],
  ['failed', 503],
] as const)('a check is %s → %i', async (state, status) => {
  const checks = { ...(await examine({})), queue: { state, detail: '' } };
  const routes = operatorRoutes({ examine: async () => checks, scrape: () => Promise.reject(new Error()) });
  const answer = await routes.request('/readyz');
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ ready: status === 200, checks: { queue: { state } } });
});

test('a migration is missing → failed, with the command to run', async () => {
  await database.pool.query(`delete from drizzle.__drizzle_migrations
    where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`);
  expect((await examine({})).migrations).toEqual({
    state: 'failed',
    detail: '1 not applied: run watchbell migrate',
  });
});
