import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATES } from '../upgrade/lifecycle.ts';
import { remainingMinutes, whySkipped } from './rules.ts';

type Announced = Parameters<typeof whySkipped>[1];

const MINUTE = 60_000;
const startsAt = new Date('2026-12-05T21:00:00Z');
const ahead = (minutes: number) => new Date(startsAt.getTime() - minutes * MINUTE);
const offsets = { '7d': 7 * 1440, '1d': 1440, '1h': 60, '15m': 15 };

const upgrade = (change: Partial<Announced> = {}) =>
  ({
    state: 'scheduled',
    startsAt,
    revision: 1,
    plan: {
      window: { start: '2026-12-05T22:00', timezone: 'Europe/Berlin' },
      communication: { notices: Object.values(offsets) },
    },
    ...change,
  }) as Announced;

const notice = (offset: keyof typeof offsets) => ({
  dueAt: ahead(offsets[offset]),
  plannedAt: ahead(20 * 1440),
  revision: 1,
});

describe('the late policy', () => {
  test.each([
    ['7d', 0, undefined],
    ['7d', 5 * 1440, undefined],
    ['7d', 6 * 1440, 'the next notice is due already'],
    ['1d', 23 * 60 - 1, undefined],
    ['1d', 23 * 60, 'the next notice is due already'],
    ['1h', 40, undefined],
    ['1h', 45, 'the next notice is due already'],
    ['1h', 60, 'the planned start has passed'],
    ['15m', 14, undefined],
    ['15m', 15, 'the planned start has passed'],
    ['15m', 600, 'the planned start has passed'],
  ] as const)('a %s notice that is %i minutes late → %s', (offset, late, why) => {
    const due = notice(offset);
    const skipped = whySkipped(due, upgrade(), new Date(due.dueAt.getTime() + late * MINUTE));
    if (why === undefined) expect(skipped).toBeUndefined();
    else expect(skipped).toContain(why);
  });

  test.each(STATES.filter((state) => state !== 'scheduled'))('an upgrade that is %s → skipped', (state) => {
    expect(whySkipped(notice('1h'), upgrade({ state }), ahead(60))).toContain('the upgrade is');
  });

  test('a notice for a time that holds no longer → skipped', () => {
    expect(whySkipped(notice('1h'), upgrade({ revision: 2 }), ahead(60))).toContain('moved');
  });

  test('a notice whose time had passed when the window was scheduled → skipped', () => {
    const due = { ...notice('7d'), plannedAt: ahead(3 * 1440) };
    expect(whySkipped(due, upgrade(), due.plannedAt)).toContain('had passed already');
  });

  test('at any moment at most one notice may go out, and never after the start', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: -2_000, max: 20_000 }),
        (minutes, remaining) => {
          const plan = { ...upgrade().plan, communication: { notices: minutes } } as Announced['plan'];
          const now = ahead(remaining);
          const due = minutes
            .map((each) => ({ dueAt: ahead(each), plannedAt: ahead(30_000), revision: 1 }))
            .filter(({ dueAt }) => dueAt <= now);
          const sent = due.filter((each) => whySkipped(each, upgrade({ plan }), now) === undefined);
          expect(sent).toHaveLength(due.length > 0 && remaining > 0 ? 1 : 0);
        },
      ),
    );
  });
});

test.each([
  ['15 minutes ahead', 15 * 60, 15],
  ['15 minutes ahead, a moment late', 15 * 60 - 1, 15],
  ['7 days across a change of clocks', 7 * 86_400 - 3_600, 7 * 1440],
  ['1 day that has 25 hours', 90_000, 1440],
  ['a day less three hours', 75_600, 21 * 60],
  ['over', -5, 0],
])('what remains: %s', (_, seconds, minutes) => {
  expect(remainingMinutes(startsAt, new Date(startsAt.getTime() - seconds * 1_000))).toBe(minutes);
});
