import { describe, expect, test } from 'vitest';
import { AdjustableClock } from '../clock.ts';
import { RateLimits } from './rate-limits.ts';

const start = new Date('2026-12-05T21:00:00Z');

/** How many calls in a row pass before one is refused. */
function passing(limits: RateLimits, method: string, tier: 'tier2' | 'tier3' | 'special', channel?: string) {
  let calls = 0;
  while (limits.exceeded(method, tier, channel) === undefined && calls < 1000) calls += 1;
  return calls;
}

describe('rate limits on a clock that runs faster', () => {
  test('a minute of sandbox time refills a tier, however little real time passed', () => {
    const clock = new AdjustableClock({ at: start });
    const limits = new RateLimits(clock);
    expect(passing(limits, 'chat.update', 'tier3')).toBe(50);
    clock.advance(60_000);
    expect(passing(limits, 'chat.update', 'tier3')).toBe(50);
    clock.advance(30_000);
    expect(passing(limits, 'chat.update', 'tier3')).toBe(25);
  });

  test('one message a second per channel after a short burst; several hundred a minute in all', () => {
    const clock = new AdjustableClock({ at: start });
    const limits = new RateLimits(clock);
    expect(passing(limits, 'chat.postMessage', 'special', 'C1')).toBe(4);
    clock.advance(2_000);
    expect(passing(limits, 'chat.postMessage', 'special', 'C1')).toBe(2);
    const channels = Array.from({ length: 400 }, (_, at) => `C-${at}`);
    const passed = channels.filter(
      (one) => limits.exceeded('chat.postMessage', 'special', one) === undefined,
    );
    expect(passed.length).toBeGreaterThanOrEqual(290);
    expect(passed.length).toBeLessThanOrEqual(310);
  });

  test('a clock set back throttles nobody for longer', () => {
    const clock = new AdjustableClock({ at: start });
    const limits = new RateLimits(clock);
    expect(passing(limits, 'users.list', 'tier2')).toBe(20);
    clock.set(new Date(start.getTime() - 86_400_000));
    clock.advance(3_000);
    expect(limits.exceeded('users.list', 'tier2', undefined)).toBeLessThanOrEqual(3);
    clock.advance(3_000);
    expect(limits.exceeded('users.list', 'tier2', undefined)).toBeUndefined();
  });
});
