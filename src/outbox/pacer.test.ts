import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/postgres.ts';
import { AdjustableClock } from '../clock.ts';
import { type PacedCall, postgresPacer } from './pacer.ts';
import { keptFrom, PER_METHOD } from './pacing.ts';
import type { Lane } from './tables.ts';

const { db } = await testDatabase();
const clock = new AdjustableClock({ at: new Date('2026-12-05T21:00:00Z') });
const limit = PER_METHOD['chat.postMessage'];

beforeEach(async () => void (await db.execute('delete from pace')));

const post = (target: string, teamId = 'T1'): PacedCall => ({ teamId, method: 'chat.postMessage', target });
const posts = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => [post(`${prefix}${index}`)]);
const admit = (groups: PacedCall[][], lane: Lane = 'outbox') =>
  db.transaction((tx) => postgresPacer(clock).admit(tx, lane, groups));
const goes = async (groups: PacedCall[][], lane?: Lane) =>
  (await admit(groups, lane)).filter((verdict) => verdict === 'go').length;

describe('many processes together', () => {
  test('take no more than one of them alone could', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, (_, each) => goes(posts(25, `C${each}x`))));
    const total = taken.reduce((sum, each) => sum + each, 0);
    expect(total).toBeGreaterThanOrEqual(limit.burst);
    // What flows in while the test runs.
    expect(total).toBeLessThan(limit.burst + 25);
  });

  test('never run into each other', async () => {
    const mixed = (each: number): PacedCall[][] => [
      [{ teamId: `T${each % 2}`, method: 'chat.update' }],
      [{ teamId: 'T1', method: 'conversations.history' }, post('CROOM')],
      [post('CROOM', 'T0'), post('COTHER', 'T0')],
    ];
    await Promise.all(Array.from({ length: 40 }, (_, each) => admit(mixed(each).reverse())));
  });

  test('post to one channel once a second', async () => {
    const verdicts = await admit([[post('CROOM')], [post('CROOM')], [post('COTHER')]]);
    expect(verdicts).toEqual(['go', { wait: expect.closeTo(1, 1) }, 'go']);
  });
});

test('a fan-out stops while there is still something left for a heartbeat', async () => {
  expect(await goes(posts(limit.burst, 'U'), 'bulk')).toBe(limit.burst - keptFrom('bulk', limit));
  expect(await goes(posts(5, 'C'), 'outbox')).toBe(5);
});

test('what a group needs is taken wholly or not at all', async () => {
  await admit([[post('CROOM')]]);
  const [verdict] = await admit([[{ teamId: 'T1', method: 'conversations.history' }, post('CROOM')]]);
  expect(verdict).not.toBe('go');
  const { rows } = await db.execute(`select tokens from pace where method = 'conversations.history'`);
  expect(rows).toEqual([{ tokens: PER_METHOD['conversations.history'].burst }]);
});

test('a 429 holds that method in that workspace, and nothing else', async () => {
  const pacer = postgresPacer(clock);
  await pacer.drain(db, 'T1', 'chat.postMessage', 30);
  await pacer.drain(db, 'T1', 'chat.postMessage', 3);
  const verdicts = await admit([
    [post('CROOM')],
    [{ teamId: 'T1', method: 'chat.update' }],
    [post('CROOM', 'T2')],
  ]);
  expect(verdicts).toEqual([{ wait: expect.closeTo(30, 0), method: 'chat.postMessage' }, 'go', 'go']);
});

test('targets that were quiet for an hour are forgotten', async () => {
  await admit([[post('CROOM')], [post('COTHER')]]);
  await db.execute(
    `update pace set real_at = now() - interval '2 hours' where target = 'CROOM' or target = ''`,
  );
  await postgresPacer(clock).tidy(db);
  const { rows } = await db.execute('select target from pace order by target');
  expect(rows).toEqual([{ target: '' }, { target: 'COTHER' }]);
});
