import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBucket, keptFrom, PER_METHOD, PER_TARGET, refill, waitFor } from './pacing.ts';

const limit = PER_METHOD['chat.postMessage'];
const start = fullBucket(limit, { real: 1_000, clock: 50_000 });
const emptied = { ...start, tokens: 0 };

test('a bucket refills by real time, up to its burst; where time runs faster, by that', () => {
  expect(refill(emptied, limit, { real: 1_002, clock: 59_999 }, 1).tokens).toBe(10);
  expect(refill(emptied, limit, { real: 1_600, clock: 50_000 }, 1).tokens).toBe(limit.burst);
  expect(refill(emptied, limit, { real: 1_001, clock: 50_002 }, 2).tokens).toBe(10);
});

test('processes whose clocks differ by seconds win nothing by taking turns, at any speed', () => {
  const turns = fc.array(
    fc.record({ pause: fc.double({ min: 0, max: 1, noNaN: true }), skew: fc.constantFrom(-2, 2) }),
    {
      maxLength: 100,
    },
  );
  fc.assert(
    fc.property(turns, fc.constantFrom(1, 60), (all, speed) => {
      const generous = { ...limit, burst: Number.POSITIVE_INFINITY };
      let bucket = emptied;
      let real = 1_000;
      for (const { pause, skew } of all) {
        real += pause;
        bucket = refill(bucket, generous, { real, clock: 50_000 + (real - 1_000) * speed + skew }, speed);
      }
      // What one process alone could have had, and where time runs faster, once the lead of a clock that is ahead.
      const ahead = speed > 1 ? 2 : 0;
      const most = ((real - 1_000) * speed + ahead) * limit.perSecond;
      expect(bucket.tokens).toBeLessThanOrEqual(most + 1e-6);
    }),
  );
});

test('a method that Slack refused for its rate waits as long as Slack said, whatever the clock does', () => {
  const blocked = refill({ ...emptied, blockedUntil: 1_030 }, limit, { real: 1_001, clock: 99_000 }, 60);
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
          bucket = refill(bucket, each, { real: now, clock: now }, 1);
          const wait = waitFor(bucket, each, 0, 1);
          bucket = refill(bucket, each, { real: now + wait, clock: now + wait }, 1);
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
