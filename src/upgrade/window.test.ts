import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localText } from './plan/zoned-time.ts';
import {
  deriveWindow,
  heartbeatSlot,
  heartbeatSlots,
  latestSlot,
  movedTo,
  noticeTimes,
  phaseAt,
  progressAt,
  surveyDays,
  surveyTime,
  toPointOfNoReturn,
} from './window.ts';

const PHASES = {
  preparation: 15,
  backup: 30,
  execution: 90,
  verification: 30,
  repair: 30,
  decision: 15,
  rollback: 60,
  communication: 15,
};

const planned = (
  start: string,
  timezone = 'Europe/Berlin',
  more: { end?: string; length?: number } = {},
) => ({
  window: { start, timezone, phases: PHASES, ...more },
  communication: { notices: [10080, 1440, 60, 15], heartbeat: 30, survey: 10080 as number | 'off' },
});

const crm = planned('2026-12-05T22:00');
const window = deriveWindow(crm);
const at = (text: string) => new Date(`2026-12-${text}:00Z`);
const hours = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 3_600_000;

describe('the window', () => {
  test('holds all its phases, one after the other', () => {
    expect(window.start).toEqual(at('05T21:00'));
    expect(window.end).toEqual(at('06T01:45'));
    expect(window.phases.map(({ name, start }) => [name, start.toISOString().slice(8, 16)])).toEqual([
      ['preparation', '05T21:00'],
      ['backup', '05T21:15'],
      ['execution', '05T21:45'],
      ['verification', '05T23:15'],
      ['repair', '05T23:45'],
      ['decision', '06T00:15'],
      ['rollback', '06T00:30'],
      ['communication', '06T01:30'],
    ]);
  });

  test('leaves no room for a rollback after its point of no return', () => {
    // 01:45 minus 60 rollback, 30 verification, 15 communication, 15 decision
    expect(window.pointOfNoReturn).toEqual(at('05T23:45'));
    expect(toPointOfNoReturn(window, at('05T23:30'))).toBe(15);
    expect(toPointOfNoReturn(window, at('05T23:50'))).toBe(-5);
  });

  test.each([{ length: 345 }, { end: '2026-12-06T03:45' }])(
    'gives what is left over to repair: %j',
    (more) => {
      const longer = deriveWindow(planned('2026-12-05T22:00', 'Europe/Berlin', more));
      expect(longer.end).toEqual(at('06T02:45'));
      expect(longer.pointOfNoReturn).toEqual(at('06T00:45'));
      expect(longer.phases.find((phase) => phase.name === 'repair')).toEqual({
        name: 'repair',
        start: at('05T23:45'),
        end: at('06T01:15'),
      });
    },
  );

  test('keeps its length when it is moved', () => {
    const moved = movedTo(
      planned('2026-12-05T22:00', 'Europe/Berlin', { end: '2026-12-06T03:45' }),
      at('12T20:00'),
    );
    expect(moved.window.start).toBe('2026-12-12T21:00');
    expect(moved.window.end).toBe('2026-12-13T02:45');
    expect(hours(at('12T20:00'), deriveWindow(moved).end)).toBe(5.75);
  });

  test('can be moved into the hour that comes twice', () => {
    const second = new Date('2027-10-31T01:30:00Z');
    const moved = movedTo(crm, second);
    expect(moved.window.start).toBe('2027-10-31T02:30+01:00');
    expect(deriveWindow(moved).start).toEqual(second);
  });

  test.each([
    ['Europe/Berlin', '2027-03-27T23:30', '2027-03-28T05:15'],
    ['Europe/Berlin', '2026-10-24T23:30', '2026-10-25T03:15'],
    ['America/New_York', '2027-03-13T23:30', '2027-03-14T05:15'],
    ['America/New_York', '2026-10-31T23:30', '2026-11-01T03:15'],
    ['Australia/Lord_Howe', '2026-10-03T23:30', '2026-10-04T04:45'],
  ])('lasts as long across a switch of clocks: %s from %s to %s', (zone, start, end) => {
    const across = deriveWindow(planned(start, zone));
    expect(hours(across.start, across.end)).toBe(4.75);
    expect(hours(across.pointOfNoReturn, across.end)).toBe(2);
    expect(localText(across.end, zone)).toBe(end);
  });

  test('holds together at any start, length and zone', () => {
    const minutes = fc.integer({ min: 0, max: 300 });
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const hour = fc.integer({
      min: Date.parse('2026-10-01') / 3_600_000,
      max: Date.parse('2027-11-30') / 3_600_000,
    });
    const phases = fc.record({
      preparation: minutes,
      backup: minutes,
      execution: minutes,
      verification: minutes,
      repair: minutes,
      decision: minutes,
      rollback: minutes,
      communication: minutes,
    });
    fc.assert(
      fc.property(phases, minutes, zones, hour, (lengths, spare, timezone, at) => {
        const total = Object.values(lengths).reduce((sum, length) => sum + length, 0);
        const start = localText(new Date(at * 3_600_000), timezone);
        const any = deriveWindow({ window: { start, timezone, phases: lengths, length: total + spare } });
        expect(any.phases.at(0)?.start).toEqual(any.start);
        expect(any.phases.at(-1)?.end).toEqual(any.end);
        any.phases.slice(1).forEach((phase, index) => {
          expect(phase.start).toEqual(any.phases[index]?.end);
        });
        const executed = any.phases.find((phase) => phase.name === 'execution')?.end ?? expect.unreachable();
        expect(any.pointOfNoReturn.getTime()).toBeGreaterThanOrEqual(executed.getTime());
      }),
    );
  });

  test('that was never checked is refused', () => {
    expect(() => deriveWindow(planned('2027-03-28T02:30'))).toThrow(RangeError);
  });
});

describe('where an upgrade stands', () => {
  test.each([
    ['05T20:59', undefined],
    ['05T21:00', 'preparation'],
    ['05T21:15', 'backup'],
    ['05T23:14', 'execution'],
    ['06T01:44', 'communication'],
    ['06T01:45', undefined],
  ])('at %s the planned phase is %s', (text, name) => {
    expect(phaseAt(window, at(text))?.name).toBe(name);
  });

  test.each([
    ['on time', '05T22:00', {}, { elapsed: 60, left: 225, overrun: 0, behind: 0 }],
    ['before the start', '05T20:00', {}, { elapsed: 0, left: 345, overrun: 0, behind: 0 }],
    [
      'started 20 minutes late',
      '05T22:00',
      { startedAt: at('05T21:20') },
      { elapsed: 40, left: 225, overrun: 0, behind: 20 },
    ],
    [
      'started early',
      '05T21:30',
      { startedAt: at('05T20:50') },
      { elapsed: 40, left: 255, overrun: 0, behind: 0 },
    ],
    [
      'work goes on after its time',
      '05T23:40',
      { startedAt: at('05T21:05') },
      { elapsed: 155, left: 125, overrun: 0, behind: 25 },
    ],
    [
      'work was done in time',
      '05T23:40',
      { workDoneAt: at('05T23:00') },
      { elapsed: 160, left: 125, overrun: 0, behind: 0 },
    ],
    [
      'past the end',
      '06T02:00',
      { workDoneAt: at('05T23:15') },
      { elapsed: 300, left: 0, overrun: 15, behind: 0 },
    ],
  ])('%s', (_name, now, actual, progress) => {
    expect(progressAt(window, at(now), actual)).toEqual(progress);
  });
});

describe('heartbeats', () => {
  const anchor = at('05T21:07');

  test('strike at whole intervals after the anchor', () => {
    expect(heartbeatSlots(anchor, 30, at('05T22:37'))).toEqual([
      { slot: 1, at: at('05T21:37') },
      { slot: 2, at: at('05T22:07') },
      { slot: 3, at: at('05T22:37') },
    ]);
    expect(heartbeatSlots(anchor, 30, at('05T21:00'))).toEqual([]);
  });

  test('after an outage only the latest one is due', () => {
    expect(latestSlot(anchor, 30, at('05T23:06'))).toBe(3);
    expect(latestSlot(anchor, 30, at('05T21:06'))).toBe(-1);
  });

  const switches = fc.constantFrom(
    '2027-03-28T00:00:00Z',
    '2026-10-25T00:00:00Z',
    '2027-03-14T06:00:00Z',
    '2026-11-01T05:00:00Z',
  );
  test('keep their interval through a switch of clocks in Europe and New York', () => {
    fc.assert(
      fc.property(
        switches,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 5, max: 120 }),
        fc.nat(200),
        (base, minutes, interval, slot) => {
          const start = new Date(Date.parse(base) - minutes * 60_000);
          const due = heartbeatSlot(start, interval, slot);
          expect(heartbeatSlot(start, interval, slot + 1).getTime() - due.getTime()).toBe(interval * 60_000);
          expect(latestSlot(start, interval, due)).toBe(slot);
          expect(latestSlot(start, interval, new Date(due.getTime() - 1))).toBe(slot - 1);
        },
      ),
    );
  });
});

describe('notices', () => {
  const times = (start: string, zone: string) =>
    noticeTimes(planned(start, zone)).map((notice) => notice.at.toISOString().slice(0, 16));

  test('come earliest first, each once', () => {
    const twice = { ...crm, communication: { ...crm.communication, notices: [15, 60, 15, 1440] } };
    expect(noticeTimes(twice).map((notice) => notice.offset)).toEqual(['1d', '1h', '15m']);
  });

  test.each([
    [
      'Europe/Berlin',
      '2027-03-28T22:00',
      ['2027-03-21T21:00', '2027-03-27T21:00', '2027-03-28T19:00', '2027-03-28T19:45'],
    ],
    [
      'Europe/Berlin',
      '2026-10-25T22:00',
      ['2026-10-18T20:00', '2026-10-24T20:00', '2026-10-25T20:00', '2026-10-25T20:45'],
    ],
    [
      'America/New_York',
      '2027-03-14T22:00',
      ['2027-03-08T03:00', '2027-03-14T03:00', '2027-03-15T01:00', '2027-03-15T01:45'],
    ],
    [
      'Asia/Kolkata',
      '2027-03-01T22:00',
      ['2027-02-22T16:30', '2027-02-28T16:30', '2027-03-01T15:30', '2027-03-01T16:15'],
    ],
    [
      'Asia/Kolkata',
      '2028-03-01T22:00',
      ['2028-02-23T16:30', '2028-02-29T16:30', '2028-03-01T15:30', '2028-03-01T16:15'],
    ],
    [
      'Australia/Lord_Howe',
      '2026-10-04T22:00',
      ['2026-09-27T11:30', '2026-10-03T11:30', '2026-10-04T10:00', '2026-10-04T10:45'],
    ],
  ])('of whole days keep the hour, the others the distance: %s %s', (zone, start, expected) => {
    expect(times(start, zone)).toEqual(expected);
  });
});

describe('the survey', () => {
  test.each([
    ['a working day stays', '2026-12-08T10:00Z', 7, 'Europe/Berlin', '2026-12-15T09:00Z'],
    ['Sunday → Monday', '2026-12-06T01:00Z', 7, 'Europe/Berlin', '2026-12-14T09:00Z'],
    [
      'the same instant is Saturday in New York → Monday',
      '2026-12-06T01:00Z',
      7,
      'America/New_York',
      '2026-12-14T15:00Z',
    ],
    ['Saturday → Monday across the switch', '2027-03-06T12:00Z', 7, 'America/New_York', '2027-03-15T14:00Z'],
    ['10:00 is summer time after the switch', '2027-03-23T12:00Z', 7, 'Europe/Berlin', '2027-03-30T08:00Z'],
    ['already tomorrow in Kolkata', '2026-12-07T20:00Z', 7, 'Asia/Kolkata', '2026-12-15T04:30Z'],
    ['a leap day', '2028-02-22T12:00Z', 7, 'Europe/Berlin', '2028-02-29T09:00Z'],
    ['the end of a month', '2027-01-27T12:00Z', 7, 'Europe/Berlin', '2027-02-03T09:00Z'],
  ])('%s', (_name, completed, days, zone, expected) => {
    expect(surveyTime(new Date(completed), days, zone)).toEqual(new Date(expected));
  });

  test('always comes at ten on a working day, at least the days later', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const instants = fc.date({
      min: new Date('2026-01-01'),
      max: new Date('2030-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 30 }), zones, (completed, days, zone) => {
        const due = surveyTime(completed, days, zone);
        const local = new Intl.DateTimeFormat('en-US', {
          timeZone: zone,
          weekday: 'short',
          hour: 'numeric',
          minute: '2-digit',
        });
        expect(local.format(due)).toMatch(/^(Mon|Tue|Wed|Thu|Fri).*10:00\sAM$/);
        expect(hours(completed, due)).toBeGreaterThan((days - 1) * 24 + 9);
        expect(hours(completed, due)).toBeLessThan((days + 3) * 24);
      }),
    );
  });

  test('may be off', () => {
    expect(surveyDays(crm)).toBe(7);
    expect(surveyDays({ communication: { ...crm.communication, survey: 'off' } })).toBeUndefined();
  });
});
