import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin, minutesAfter } from '../../src/demo/autopilot/instants.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';

/** An upgrade that has just started; resolves to its start. */
async function startUpgrade({ stage }: TestWatchbell): Promise<Date> {
  const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
  await schedule(stage, 'dana', ROOM, draft);
  await stage.passUntil(berlin('2026-12-05T22:00'));
  const started = stage.now;
  await stage.types('dana', ROOM, 'start', /UP-1 has started/);
  await stage.settle();
  return started;
}

const heartbeats = ({ stage }: TestWatchbell) =>
  stage.recorder.seen.filter(({ place, text }) => place === ROOM && /elapsed.*Next update/s.test(text));

describe('the bot is down for an hour and a half', async () => {
  const database = await testDatabase();
  let world: TestWatchbell;
  beforeAll(async () => {
    world = await bootWatchbell({ database, now: berlin('2026-12-05T21:50') });
  });
  afterAll(() => world?.stop());

  test('→ one catch-up that owns up to it, then on time again', async () => {
    const started = await startUpgrade(world);
    await world.passUntil(minutesAfter(started, 31));
    expect(heartbeats(world)).toHaveLength(1);
    await world.restart(() => world.clock.advance(95 * 60_000));
    await world.idle();
    const [, late, ...more] = heartbeats(world);
    expect(late?.text).toMatch(/late: Watchbell could not run, and 2 updates .* were missed/);
    expect(more).toEqual([]);
    await world.passUntil(minutesAfter(started, 152));
    const next = heartbeats(world)[2];
    expect(heartbeats(world)).toHaveLength(3);
    expect(next?.at.getTime()).toBeLessThan(minutesAfter(started, 154).getTime());
    expect(next?.text).not.toContain('could not run');
  });
});

describe('the bot is told to stop just after it acknowledged a command', async () => {
  const database = await testDatabase();
  let world: TestWatchbell;
  beforeAll(async () => {
    world = await bootWatchbell({ database, now: berlin('2026-12-05T21:50') });
  });
  afterAll(() => world?.stop());

  test('→ it is carried out all the same, and answered', async () => {
    await startUpgrade(world);
    const { sandbox, stage } = world;
    const before = stage.recorder.seen.length;
    sandbox.faults.inject({ method: 'users.info', kind: 'slow', delay: 500 });
    const taken = await sandbox.as('dana').command(ROOM, '/upgrade', 'status UP-1 The copy runs');
    expect(taken.acknowledged).toBe(true);
    await world.restart(() => {});
    const { rows } = await database.pool.query(`select by from status_line where text = 'The copy runs'`);
    expect(rows).toHaveLength(1);
    const answers = stage.recorder.seen
      .slice(before)
      .filter(({ text }) => text.startsWith('Your status line'));
    expect(answers).toHaveLength(1);
  });
});

describe('the queue loses everything', async () => {
  const database = await testDatabase();
  let redis: TestRedis;
  let world: TestWatchbell;
  beforeAll(async () => {
    if (!hasRedis) return;
    redis = await startRedis();
    world = await bootWatchbell({ database, queue: redis.url, now: berlin('2026-12-05T21:50') });
  });
  afterAll(async () => {
    await world?.stop();
    await redis?.stop();
  });

  test.skipIf(!hasRedis)('→ the next heartbeats come all the same, one each', async () => {
    const started = await startUpgrade(world);
    await redis.kill();
    await world.passUntil(minutesAfter(started, 31));
    await redis.restart();
    await world.passUntil(minutesAfter(started, 61));
    const beats = heartbeats(world).map(({ at }) => Math.floor((at.getTime() - started.getTime()) / 60_000));
    expect(beats).toHaveLength(2);
    expect(beats[0]).toBeGreaterThanOrEqual(30);
    expect(beats[1]).toBeGreaterThanOrEqual(60);
    await world.idle();
  });
});
