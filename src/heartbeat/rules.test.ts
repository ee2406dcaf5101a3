import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StatusLine } from '../upgrade/store.ts';
import { deriveWindow, heartbeatSlot } from '../upgrade/window.ts';
import { askLead, deriveBeat, isCalled, nextBeatAfter, standingAt, watchLine } from './rules.ts';
import { FRESH, type Watch } from './schemas.ts';

const MINUTE = 60_000;
const anchor = new Date('2026-12-05T21:00:00Z');
const minute = (minutes: number) => new Date(anchor.getTime() + minutes * MINUTE);

describe('which heartbeat goes out', () => {
  test.each([
    ['on time', 1, 30, 1, 0, 0],
    ['a moment late', 1, 30.01, 1, 0, 0],
    ['late, but before the next one', 1, 59.9, 1, 0, 29],
    ['the next one is due as well', 1, 60, 2, 1, 0],
    ['after an outage of two hours', 2, 185, 6, 4, 5],
  ])('%s', (_, slot, minutes, sent, missed, late) => {
    const beat = deriveBeat(anchor, 30, slot, minute(minutes));
    expect(beat).toMatchObject({ slot: sent, late, next: { slot: sent + 1 } });
    expect(beat.missed?.count ?? 0).toBe(missed);
  });

  test('one goes out for all that are due, the next one is ahead, and what was missed adds up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 120 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 5_000 }),
        (interval, slot, delay) => {
          const now = new Date(heartbeatSlot(anchor, interval, slot).getTime() + delay * MINUTE);
          const beat = deriveBeat(anchor, interval, slot, now);
          expect(beat.dueAt.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(beat.next.dueAt.getTime()).toBeGreaterThan(now.getTime());
          expect(beat.slot - (beat.missed?.count ?? 0)).toBe(slot);
          expect(beat.late).toBeLessThan(interval);
        },
      ),
    );
  });
});

test.each([
  ['at the stroke', 0, 0, 30],
  ['in the minute of one that is due half a second later', 0, 0.5, 30],
  ['in the minute before', -0.5, 0, 0],
  ['long before', -20 * 60, 0, 0],
  ['a moment after', 1, 0, 30],
])('the next update, %s, is later than now', (_, seconds, startedLate, minutes) => {
  const begun = new Date(anchor.getTime() + startedLate * 1_000);
  const due = heartbeatSlot(begun, 30, 2);
  const at = nextBeatAfter(begun, 30, new Date(anchor.getTime() + 60 * MINUTE + seconds * 1_000));
  expect((at.getTime() - due.getTime()) / MINUTE).toBe(minutes);
});

test.each([
  [5, 2],
  [6, 3],
  [10, 5],
  [30, 5],
  [120, 5],
])('every %i min → asked %i min before', (interval, lead) => {
  expect(askLead(interval)).toBe(lead);
});

describe('silence', () => {
  const line = { id: 7 } as StatusLine;

  test('a line is news until it was shown', () => {
    const watch: Watch = { silent: 2 };
    expect(watchLine(watch, undefined)).toEqual({ line: undefined, watch: { silent: 3 } });
    expect(watchLine(watch, { line, shown: false })).toEqual({ line, watch: { silent: 0 } });
    expect(watchLine(watch, { line, shown: true })).toEqual({ line: undefined, watch: { silent: 3 } });
  });

  test('calls the lead at the second silent heartbeat, the sponsor at the third, and nobody after a line', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (lines) => {
        let watch: Watch = FRESH;
        let silent = 0;
        for (const given of lines) {
          silent = given ? 0 : silent + 1;
          watch = watchLine(watch, { line, shown: !given }).watch;
          expect([isCalled('lead', watch.silent), isCalled('sponsor', watch.silent)]).toEqual([
            silent >= 2,
            silent >= 3,
          ]);
        }
      }),
    );
  });
});

describe('how the work stands', () => {
  const phases = {
    preparation: 15,
    backup: 30,
    execution: 90,
    verification: 30,
    repair: 30,
    decision: 15,
    rollback: 60,
    communication: 15,
  };
  const window = deriveWindow({ window: { start: '2026-12-05T22:00', timezone: 'Europe/Berlin', phases } });

  test.each([
    ['in_progress', 0, 30, 255, 0],
    ['in_progress', 20, 30, 255, 20],
    ['in_progress', 0, 150, 135, 15],
    ['verifying', 20, 150, 135, 0],
    ['verifying', 0, 175, 110, 10],
    ['rolling_back', 0, 200, 85, 0],
    ['in_progress', 0, 315, -30, 180],
  ] as const)('%s, begun %i min late, at minute %i', (state, late, elapsed, remaining, behind) => {
    const upgrade = { state, startedAt: minute(late) };
    expect(standingAt(window, upgrade, minute(elapsed))).toEqual({
      elapsed: elapsed - late,
      remaining,
      behind,
    });
  });
});
