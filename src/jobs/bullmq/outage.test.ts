import pino from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../../test/support/patience.ts';
import { hasRedis, startRedis, type TestRedis } from '../../../test/support/redis.ts';
import { realMilliseconds, systemClock } from '../../clock.ts';
import type { Jobs } from '../port.ts';
import { openJobs } from './index.ts';

const silent = pino({ level: 'silent' });
const now = () => systemClock.now();
const UNREACHABLE = ['redis://127.0.0.1:1', 'postgres://nobody:nothing@127.0.0.1:1/nowhere'];

let jobs: Jobs | undefined;
let redis: TestRedis | undefined;

afterEach(async () => {
  await jobs?.close();
  await redis?.stop();
  jobs = undefined;
  redis = undefined;
});

describe.each(UNREACHABLE)('a queue that never answers: %s', (url) => {
  test('ringing and bells → no error, and no long wait, for the caller', async () => {
    jobs = openJobs({ url, clock: systemClock, logger: silent });
    const began = realMilliseconds();
    await jobs.ring('timetable', 'a', now());
    await jobs.startBell('timetable', 'b', now(), 60_000);
    await jobs.listen('timetable', async () => {});
    expect(realMilliseconds() - began).toBeLessThan(4_500);
  });

  test('health → not ok, with the reason', async () => {
    jobs = openJobs({ url, clock: systemClock, logger: silent });
    const health = await jobs.health();
    expect(health.ok).toBe(false);
    expect(health.problem).toMatch(/does not answer/);
  });

  test('an operator → is told once, not at every attempt', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    jobs = openJobs({ url, clock: systemClock, logger });
    for (const id of ['a', 'b', 'c']) await jobs.ring('timetable', id, now());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/The queue is in trouble/);
    expect(lines[0]).toMatch(/Check QUEUE_URL/);
    expect(lines[0]).not.toMatch(/nothing/);
  });
});

test.skipIf(!hasRedis)('Redis is killed and comes back empty → rings are heard again', async () => {
  redis = await startRedis();
  jobs = openJobs({ url: redis.url, clock: systemClock, logger: silent });
  const clockwork = jobs;
  const look = vi.fn(async () => {});
  await clockwork.listen('timetable', look);
  await clockwork.ring('timetable', 'before', now());
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1), PATIENCE);
  await redis.kill();
  await clockwork.ring('timetable', 'lost', now());
  expect((await clockwork.health()).ok).toBe(false);
  await redis.restart();
  await vi.waitFor(async () => expect((await clockwork.health()).ok).toBe(true), PATIENCE);
  await clockwork.ring('timetable', 'after', now());
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThanOrEqual(2), PATIENCE);
});
