import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { PATIENCE } from '../../test/support/patience.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../../test/support/watchbell.ts';
import { berlin } from '../demo/autopilot/instants.ts';
import { importPlan, readShippedPlan } from '../demo/plan-upgrade.ts';

const ROOM = '#crm-upgrade';
const database = await testDatabase();
let world: TestWatchbell;

beforeAll(async () => {
  world = await bootWatchbell({ database, now: berlin('2026-12-05 20:00') });
});
afterAll(() => world?.stop());

/** The value of a series, labels in the order of their names; undefined where there is none. */
async function figure(series: string): Promise<number | undefined> {
  const { text } = await world.app.observation.scrape();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('an idle bot → everything that an alert asks for is there, and says that all is well', async () => {
  expect(await figure('watchbell_database_up')).toBe(1);
  expect(await figure('watchbell_queue_up{backend="postgres"}')).toBe(1);
  expect(await figure('watchbell_outbox_pending{lane="bulk"}')).toBe(0);
  expect(await figure('watchbell_ambiguous_posts_total{outcome="found"}')).toBe(0);
  for (const check of ['database', 'migrations', 'queue', 'slack', 'delivery', 'clock'])
    expect(await figure(`watchbell_ready{check="${check}"}`)).toBe(1);
  expect(Math.abs((await figure('watchbell_clock_drift_seconds{against="slack"}')) ?? 99)).toBeLessThan(2);
});

interface Rule {
  alert: string;
  expr: string;
}
const alerts: { groups: { rules: Rule[] }[] } = parse(
  readFileSync(new URL('../../deploy/alerts.yaml', import.meta.url), 'utf8'),
);

/** `name="a|b"` of a selector, one of the alternatives at a time. */
const alternatives = (matchers: string) =>
  [...matchers.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].flatMap(([, label, , values = '']) =>
    values.split('|').map((value) => ({ label, pattern: new RegExp(`[{,]${label}="${value}"`) })),
  );

test.each(alerts.groups.flatMap(({ rules }) => rules))(
  '$alert → what it asks for is there before anything has happened, with every label value that it names',
  async ({ expr }) => {
    const { text } = await world.app.observation.scrape();
    // The role is that of the process.
    for (const [selector, name, matchers = ''] of expr.matchAll(/(watchbell_(?!info)\w+)(?:\{([^}]*)\})?/g)) {
      const series = text.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));
      expect(series, selector).not.toEqual([]);
      for (const { pattern } of alternatives(matchers))
        expect(
          series.some((line) => pattern.test(line)),
          `${selector}: ${pattern}`,
        ).toBe(true);
    }
  },
);

test('a window starts while an answer of Slack is lost → lateness, the doubt and how it ended, what runs', async () => {
  const { stage, sandbox } = world;
  await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
  await stage.types('dana', ROOM, 'schedule', /is scheduled/);
  await world.idle();
  await world.passUntil(berlin('2026-12-05 22:00'));
  sandbox.faults.inject({ method: 'chat.postMessage', kind: 'lost' });
  await stage.types('dana', ROOM, 'start', /has started/);
  await world.idle();
  expect(await figure('watchbell_running_windows{state="in_progress"}')).toBe(1);
  await vi.waitFor(
    async () => expect(await figure('watchbell_ambiguous_posts_total{outcome="found"}')).toBe(1),
    PATIENCE,
  );
  expect(await figure('watchbell_delivery_retries_total{why="doubtful"}')).toBe(1);
  expect(
    await figure('watchbell_lateness_seconds_count{kind="notice.started",lane="outbox"}'),
  ).toBeGreaterThan(0);
  expect(await figure('watchbell_open_decisions')).toBe(0);
});

test('a decision is asked for → it is open until it is answered', async () => {
  await world.stage.types('dana', ROOM, 'rollback the nightly job fails', /asked/);
  await world.idle();
  expect(await figure('watchbell_open_decisions')).toBe(1);
  expect(await figure('watchbell_overdue_decisions')).toBe(0);
});

test('Slack is away for two heartbeats → the one that was left out is counted', async () => {
  const { sandbox, clock } = world;
  const waiting = async (count: number) =>
    vi.waitFor(async () => {
      const { rows } = await database.pool.query(
        `select count(distinct slot)::int as beats from outbox where state = 'pending' and kind = 'heartbeat'`,
      );
      expect(rows[0].beats).toBe(count);
    }, PATIENCE);
  await sandbox.goOffline();
  clock.set(berlin('2026-12-05 22:30'));
  await waiting(1);
  clock.set(berlin('2026-12-05 23:00'));
  await waiting(2);
  await sandbox.goOnline();
  await world.idle();
  expect(await figure('watchbell_heartbeats_missed_total')).toBeGreaterThan(0);
  expect(
    await figure('watchbell_slack_call_seconds_count{method="chat.postMessage",outcome="passing"}'),
  ).toBeGreaterThan(0);
});

test('every kind of message that was sent is known', async () => {
  expect(await figure('watchbell_lateness_seconds_count{kind="other",lane="outbox"}')).toBe(0);
});

test('no label names a person, a channel or an upgrade', async () => {
  const { text } = await world.app.observation.scrape();
  const values = [...text.matchAll(/\w+="([^"]*)"/g)].map(([, value]) => value);
  expect(values.length).toBeGreaterThan(50);
  expect(values.filter((value) => /^[UCDW][A-Z0-9]{3,}$|@|#|UP-\d/.test(value ?? ''))).toEqual([]);
});
