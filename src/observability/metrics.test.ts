import { afterAll, beforeAll, expect, test, vi } from 'vitest';
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
  await vi.waitFor(async () =>
    expect(await figure('watchbell_ambiguous_posts_total{outcome="found"}')).toBe(1),
  );
  expect(await figure('watchbell_delivery_retries_total{why="doubtful"}')).toBe(1);
  expect(await figure('watchbell_lateness_seconds_count{kind="notice.started"}')).toBeGreaterThan(0);
  expect(await figure('watchbell_open_decisions')).toBe(0);
});

test('a decision is asked for → it is open until it is answered', async () => {
  await world.stage.types('dana', ROOM, 'rollback the nightly job fails', /asked/);
  await world.idle();
  expect(await figure('watchbell_open_decisions')).toBe(1);
  expect(await figure('watchbell_overdue_decisions')).toBe(0);
});

test('no label names a person, a channel or an upgrade', async () => {
  const { text } = await world.app.observation.scrape();
  const values = [...text.matchAll(/\w+="([^"]*)"/g)].map(([, value]) => value);
  expect(values.length).toBeGreaterThan(50);
  expect(values.filter((value) => /^[UCDW][A-Z0-9]{3,}$|@|#|UP-\d/.test(value ?? ''))).toEqual([]);
});
