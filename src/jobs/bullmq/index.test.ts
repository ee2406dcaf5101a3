import pino from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../../test/support/patience.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { hasRedis, startRedis } from '../../../test/support/redis.ts';
import { AdjustableClock, type Clock, systemClock } from '../../clock.ts';
import type { Jobs } from '../port.ts';
import { openJobs } from './index.ts';

const database = await testDatabase();
const silent = pino({ level: 'silent' });

interface Store {
  url: string;
  stop(): Promise<void>;
}

const stores: [name: 'redis' | 'postgres', start: () => Promise<Store>, skip: boolean][] = [
  ['postgres', async () => ({ url: database.url, stop: async () => {} }), false],
  ['redis', startRedis, !hasRedis],
];

describe.each(stores)('the clockwork on %s', (name, start, skip) => {
  const opened: { close(): Promise<void> }[] = [];

  async function open(clock: Clock = systemClock): Promise<Jobs> {
    return openOn(await start(), clock);
  }

  function openOn(store: Store, clock: Clock = systemClock): Jobs {
    const jobs = openJobs({ url: store.url, clock, logger: silent });
    opened.push({ close: () => jobs.close().then(() => store.stop()) });
    return jobs;
  }

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    await database.pool.query('truncate bullmq.job, bullmq.job_scheduler cascade').catch(() => undefined);
  });

  const soon = (milliseconds: number) => new Date(systemClock.now().getTime() + milliseconds);

  test.skipIf(skip)('a ring in the past → heard at once', async () => {
    const jobs = await open();
    const look = vi.fn(async () => {});
    await jobs.listen('timetable', look);
    await jobs.ring('timetable', 'row:1', soon(-60_000));
    await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1), PATIENCE);
  });

  test.skipIf(skip)('a ring ahead → heard at its time, not before, on its topic alone', async () => {
    const jobs = await open();
    const heard: Date[] = [];
    const other = vi.fn(async () => {});
    await jobs.listen('outbox', async () => void heard.push(systemClock.now()));
    await jobs.listen('bulk', other);
    const due = soon(700);
    await jobs.ring('outbox', 'row:2', due);
    await vi.waitFor(() => expect(heard).toHaveLength(1), PATIENCE);
    expect(heard[0]?.getTime()).toBeGreaterThanOrEqual(due.getTime() - 5);
    expect(heard[0]?.getTime()).toBeLessThan(due.getTime() + 1_500);
    expect(other).not.toHaveBeenCalled();
  });

  test.skipIf(skip)(
    'the same ring asked for three times → heard once, and again when asked again',
    async () => {
      const jobs = await open();
      const look = vi.fn(async () => {});
      const due = soon(400);
      for (let i = 0; i < 3; i++) await jobs.ring('timetable', 'row:3:2', due);
      await jobs.listen('timetable', look);
      await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1), PATIENCE);
      await jobs.ring('timetable', 'row:3:2', due);
      await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2), PATIENCE);
    },
  );

  test.skipIf(skip)('a look that fails → the next ring is heard all the same', async () => {
    const jobs = await open();
    const look = vi.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValue(undefined);
    await jobs.listen('timetable', look);
    await jobs.ring('timetable', 'a', soon(0));
    await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1), PATIENCE);
    await jobs.ring('timetable', 'a', soon(0));
    await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2), PATIENCE);
  });

  test.skipIf(skip)('a bell → rings at start + k × interval until it is stopped', async () => {
    const jobs = await open();
    const heard: number[] = [];
    await jobs.listen('timetable', async () => void heard.push(systemClock.now().getTime()));
    const start = soon(-250);
    await jobs.startBell('timetable', 'window:7', start, 600);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(3), PATIENCE);
    const offsets = heard.slice(0, 3).map((at) => (at - start.getTime()) / 600);
    for (const [index, offset] of offsets.entries()) {
      expect(offset).toBeGreaterThan(index + 0.98);
      expect(offset).toBeLessThan(index + 1.6);
    }
    await jobs.stopBell('window:7');
    const rung = heard.length;
    const witness = soon(1_500);
    await jobs.ring('timetable', 'witness', witness);
    await vi.waitFor(() => expect(heard.some((at) => at >= witness.getTime() - 5)).toBe(true), PATIENCE);
    expect(heard.length).toBeLessThanOrEqual(rung + 2);
  });

  test.skipIf(skip)(
    'two processes put up the same bell at once → it rings at its pace, not twice as often',
    async () => {
      const store = await start();
      const shared = { url: store.url, stop: async () => {} };
      const processes = [openOn(shared), openOn(shared), openOn(store)];
      const heard: number[] = [];
      const [first] = processes;
      await first?.listen('timetable', async () => void heard.push(systemClock.now().getTime()));
      const begin = soon(-100);
      await Promise.all(processes.map((each) => each.startBell('timetable', 'window:8', begin, 500)));
      await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(4), PATIENCE);
      const gaps = heard.slice(1, 4).map((at, index) => at - (heard[index] ?? 0));
      for (const gap of gaps) expect(gap).toBeGreaterThan(300);
      await first?.stopBell('window:8');
    },
  );

  test.skipIf(skip)('a clock 3600 times as fast → an hour ahead is heard within seconds', async () => {
    const clock = new AdjustableClock({ at: new Date('2026-12-05T21:00:00Z'), speed: 3_600 });
    const jobs = await open(clock);
    const look = vi.fn(async () => {});
    await jobs.listen('timetable', look);
    await jobs.ring('timetable', 'fast', new Date('2026-12-05T22:00:00Z'));
    await vi.waitFor(() => expect(look).toHaveBeenCalled(), PATIENCE);
  });

  test.skipIf(skip)('the clock stood still and runs again → a bell put up before is heard', async () => {
    const clock = new AdjustableClock({ at: new Date('2026-12-05T21:00:00Z'), speed: 0 });
    const jobs = await open(clock);
    const look = vi.fn(async () => {});
    await jobs.listen('timetable', look);
    await jobs.startBell('timetable', 'standing', new Date('2026-12-05T21:00:00Z'), 30 * 60_000);
    clock.setSpeed(3_600);
    await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThanOrEqual(2), PATIENCE);
    await jobs.stopBell('standing');
  });

  test.skipIf(skip)('closing → waits for the look under way', async () => {
    const jobs = await open();
    let begun = false;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let finished = false;
    await jobs.listen('timetable', async () => {
      begun = true;
      await held;
      finished = true;
    });
    await jobs.ring('timetable', 'long', soon(0));
    await vi.waitFor(() => expect(begun).toBe(true), PATIENCE);
    const closed = jobs.close();
    release();
    await closed;
    expect(finished).toBe(true);
  });

  test.skipIf(skip)(
    'health → says which store, that it answers, and how many rings wait on each topic',
    async () => {
      const jobs = await open();
      for (const id of ['row:6', 'row:7']) await jobs.ring('timetable', id, soon(60_000));
      await jobs.ring('outbox', 'row:8', soon(60_000));
      const waiting = { timetable: 2, outbox: 1, bulk: 0 };
      await vi.waitFor(
        async () => expect(await jobs.health()).toMatchObject({ backend: name, ok: true, jobs: waiting }),
        PATIENCE,
      );
    },
  );
});
