import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isZone, localText, nearestZone, zonedInstant } from './zoned-time.ts';

describe('a local time', () => {
  test.each([
    ['2026-12-05T22:00', 'Europe/Berlin', '2026-12-05T21:00Z'],
    ['2026-07-05 22:00', 'Europe/Berlin', '2026-07-05T20:00Z'],
    ['2026-12-05T22:00:30', 'America/New_York', '2026-12-06T03:00:30Z'],
    ['2026-12-05T22:00', 'Asia/Kolkata', '2026-12-05T16:30Z'],
    ['2028-02-29T00:00', 'Asia/Kolkata', '2028-02-28T18:30Z'],
    ['2026-12-31T23:59', 'America/New_York', '2027-01-01T04:59Z'],
    ['2026-12-05T22:00', 'Australia/Lord_Howe', '2026-12-05T11:00Z'],
    ['2026-12-05T22:00+01:00', 'Europe/Berlin', '2026-12-05T21:00Z'],
    ['2026-12-05T22:00Z', 'UTC', '2026-12-05T22:00Z'],
  ])('%s in %s is one instant', (local, zone, instant) => {
    expect(zonedInstant(local, zone)).toEqual({ kind: 'unique', instant: new Date(instant) });
  });

  test.each([
    ['2027-03-28T02:00', 'Europe/Berlin', ['2027-03-28T01:00+01:00', '2027-03-28T03:00+02:00']],
    ['2027-03-28T02:59', 'Europe/Berlin', ['2027-03-28T01:59+01:00', '2027-03-28T03:59+02:00']],
    ['2027-03-14T02:30', 'America/New_York', ['2027-03-14T01:30-05:00', '2027-03-14T03:30-04:00']],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', ['2026-10-04T01:45+10:30', '2026-10-04T02:45+11:00']],
  ])('%s in %s does not exist, and says what may be meant', (local, zone, choices) => {
    expect(zonedInstant(local, zone)).toEqual({ kind: 'gap', choices });
    for (const choice of choices) expect(zonedInstant(choice, zone).kind).toBe('unique');
  });

  test.each([
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-25T01:30Z'],
    ['2026-11-01T01:00', 'America/New_York', '2026-11-01T05:00Z', '2026-11-01T06:00Z'],
    ['2027-04-04T01:45', 'Australia/Lord_Howe', '2027-04-03T14:45Z', '2027-04-03T15:15Z'],
  ])('%s in %s happens twice, and each can be chosen', (local, zone, first, second) => {
    const found = zonedInstant(local, zone);
    if (found.kind !== 'overlap') return expect.unreachable(found.kind);
    expect(found.instants).toEqual([new Date(first), new Date(second)]);
    expect(found.choices.map((choice) => zonedInstant(choice, zone))).toEqual(
      found.instants.map((instant) => ({ kind: 'unique', instant })),
    );
  });

  test.each([
    '2026-12-05',
    '22:00',
    '2026-13-01T10:00',
    '2027-02-29T10:00',
    '2026-12-05T24:00',
    '2026-12-05T22:60',
    'soon',
  ])('%s is none', (text) => {
    expect(zonedInstant(text, 'Europe/Berlin')).toEqual({ kind: 'unreadable' });
  });

  test('written from an instant is read as that instant, in every zone and hour', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'UTC',
    );
    const seconds = fc.integer({
      min: Date.parse('2026-01-01') / 1000,
      max: Date.parse('2030-01-01') / 1000,
    });
    fc.assert(
      fc.property(seconds, zones, (second, zone) => {
        const instant = new Date(second * 1000);
        expect(zonedInstant(localText(instant, zone), zone)).toEqual({ kind: 'unique', instant });
      }),
    );
  });
});

describe('a zone', () => {
  test.each(['Europe/Berlin', 'Asia/Kolkata', 'UTC', 'Etc/GMT+2', 'europe/berlin'])('%s is known', (zone) =>
    expect(isZone(zone)).toBe(true),
  );
  test.each([
    ...['Europe/Berln', '+02:00', '', 'Mars/Olympus', 'UTC+02', 'Europe/Berlin +01:00', 'Europe/Berln+02:00'],
    ...['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'],
  ])('%j is not', (zone) => expect(isZone(zone)).toBe(false));
  test.each([
    ['Europe/Berln', 'Europe/Berlin'],
    ['new york', 'America/New_York'],
    ['america/newyork', 'America/New_York'],
    ['Mars/Olympus Mons', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%.20s was meant as %s', (typed, meant) => expect(nearestZone(typed)).toBe(meant));
});
