import { describe, expect, test } from 'vitest';
import { readStart } from './read-start.ts';

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const now = new Date('2026-10-20T20:00:00Z');
const planned = new Date('2026-10-23T20:15:00Z');

describe('a new start, as people type it', () => {
  test.each([
    ['2026-12-05T22:00', BERLIN, '2026-12-05T21:00:00.000Z', ''],
    ['2026-12-05 22:00 the vendor is late', BERLIN, '2026-12-05T21:00:00.000Z', 'the vendor is late'],
    ['2026-12-05 9:30', NEW_YORK, '2026-12-05T14:30:00.000Z', ''],
    ['2026-10-25T02:30+01:00, storage first', BERLIN, '2026-10-25T01:30:00.000Z', 'storage first'],
    ['tomorrow 22:00', BERLIN, '2026-10-21T20:00:00.000Z', ''],
    ['to tomorrow 22:00 because of the audit', BERLIN, '2026-10-21T20:00:00.000Z', 'of the audit'],
    ['tomorrow 22:00 Friday is a holiday', BERLIN, '2026-10-21T20:00:00.000Z', 'Friday is a holiday'],
    ['tomorrow', BERLIN, '2026-10-21T20:15:00.000Z', ''],
    ['5 December 22:00', BERLIN, '2026-12-05T21:00:00.000Z', ''],
    ['in 2 hours', NEW_YORK, '2026-10-20T22:00:00.000Z', ''],
    ['in 2 days', BERLIN, '2026-10-22T20:15:00.000Z', ''],
    ['Sunday 6:00', BERLIN, '2026-10-25T05:00:00.000Z', ''],
    ['tomorrow 22:00 UTC', BERLIN, '2026-10-21T22:00:00.000Z', ''],
  ])('%s in %s', (text, zone, start, rest) => {
    expect(readStart(text, zone, now, planned)).toEqual({ kind: 'start', start: new Date(start), rest });
  });

  test('counts hours across a switch of the clocks', () => {
    const before = new Date('2026-10-24T22:00:00Z');
    expect(readStart('in 8 hours', BERLIN, before, planned)).toMatchObject({
      start: new Date('2026-10-25T06:00:00Z'),
    });
  });

  test.each([
    ['2026-10-25 02:30 storage first', ['2026-10-25T02:30+02:00', '2026-10-25T02:30+01:00'], true],
    ['Sunday 2:30 storage first', ['2026-10-25T02:30+02:00', '2026-10-25T02:30+01:00'], true],
    ['2027-03-28T02:30 storage first', ['2027-03-28T01:30+01:00', '2027-03-28T03:30+02:00'], false],
  ])('asks which is meant where the clocks change: %s', (text, choices, twice) => {
    expect(readStart(text, BERLIN, now, planned)).toMatchObject({
      kind: 'which',
      choices,
      twice,
      rest: 'storage first',
    });
  });

  test('does not guess which is day and which is month', () => {
    expect(readStart('5.12.2026 22:00', BERLIN, now, planned).kind).toBe('ambiguous_date');
  });

  test.each(['banana', '', 'the vendor asks for tomorrow', '2026-13-45T22:00'])(
    'cannot be read: %s',
    (text) => {
      expect(readStart(text, BERLIN, now, planned).kind).toBe('unreadable');
    },
  );
});
