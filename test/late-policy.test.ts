import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { slices } from '../src/slices.ts';
import { judgeLateness, LATE_POLICY, latePolicyTable } from '../src/timetable/late-policy.ts';

const NOON = new Date('2026-12-05T12:00:00Z');
const later = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

const rows = slices.flatMap((slice) => slice.handlers ?? []).map(({ kind }) => kind);
const drawn = slices.flatMap((slice) => Object.keys(slice.renderers ?? {}));

test('every kind of row that a slice handles has its policy, and whatever has one is a row or is drawn when it is sent', () => {
  const known = Object.keys(LATE_POLICY);
  expect(rows.filter((kind) => !known.includes(kind))).toEqual([]);
  expect(known.filter((kind) => !rows.includes(kind) && !drawn.includes(kind))).toEqual([]);
});

test('a kind that is drawn when it is sent has its policy, unless it shows today’s facts however late', () => {
  const known = Object.keys(LATE_POLICY);
  expect(drawn.filter((kind) => !known.includes(kind)).sort()).toEqual([
    'decision',
    'headline',
    'survey.results',
  ]);
});

test('docs/late-policy.md holds the table (npm run docs)', () => {
  const page = readFileSync(new URL('../docs/late-policy.md', import.meta.url), 'utf8');
  expect(page).toContain(`\n\n${latePolicyTable()}\n\n`);
});

test.each([
  ['heartbeat.ask', 5, undefined],
  ['heartbeat.ask', 6, 'it came 6 min late, and is of no use later than 5 min'],
  ['survey.nudge', 24 * 60, undefined],
  ['survey.nudge', 24 * 60 + 1, 'it came 1441 min late, and is of no use later than 1440 min'],
  ['decision.final', 10_000, undefined],
  ['not in the table', 10_000, undefined],
])('%s, %i minutes late', (kind, minutes, why) => {
  expect(judgeLateness(kind, NOON, later(minutes))).toBe(why);
});
