import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBucket, keptFrom, PER_METHOD, PER_TARGET, refill, waitFor } from './pacing.ts';

const limit = PER_METHOD['chat.postMessage'];
const start = fullBucket(limit, { real: 1_000, clock: 50_000 });
const emptied = { ...start, tokens: 0 };

test('a bucket refills by the clock that has run further, up to its burst', () => {
  expect(refill(emptied, limit, { real: 1_002, clock: 50_000 }).tokens).toBe(10);
  expect(refill(emptied, limit, { real: 1_002, clock: 50_600 }).tokens).toBe(limit.burst);
});

test('processes whose clocks differ by seconds win nothing by taking turns', () => {
  let bucket = emptied;
  for (let turn = 0; turn < 100; turn++)
    bucket = refill(bucket, limit, { real: 1_000, clock: 50_000 + (turn % 2 === 0 ? 2 : -2) });
  expect(bucket.tokens).toBe(10);
});

test('a method that Slack refused for its rate waits as long as Slack said, whatever the clock does', () => {
  const blocked = refill({ ...emptied, blockedUntil: 1_030 }, limit, { real: 1_001, clock: 99_000 });
  expect(waitFor(blocked, limit, 0, 1_000)).toBe(29);
});

test('a fan-out leaves a third of the burst to the messages of a window', () => {
  const left = { ...start, tokens: keptFrom('bulk', limit) + 0.5 };
  expect(waitFor(left, limit, keptFrom('bulk', limit), 1)).toBeCloseTo(0.5 / limit.perSecond);
  expect(waitFor(left, limit, keptFrom('outbox', limit), 1)).toBe(0);
});

test('whoever waits as told gets the call, and never more than Slack allows', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(PER_METHOD), PER_TARGET),
      fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 200 }),
      (each, pauses) => {
        let bucket = fullBucket(each, { real: 0, clock: 0 });
        let now = 0;
        let calls = 0;
        for (const pause of pauses) {
          now += pause;
          bucket = refill(bucket, each, { real: now, clock: now });
          const wait = waitFor(bucket, each, 0, 1);
          bucket = refill(bucket, each, { real: now + wait, clock: now + wait });
          now += wait;
          expect(waitFor(bucket, each, 0, 1)).toBe(0);
          bucket = { ...bucket, tokens: bucket.tokens - 1 };
          calls += 1;
          expect(calls).toBeLessThanOrEqual(each.burst + now * each.perSecond + 1e-6);
        }
      },
    ),
  );
});
