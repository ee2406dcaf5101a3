import { expect, test } from 'vitest';
import { type Expected, judge, type Said } from './oracle.ts';

const at = (time: string) => new Date(`2026-12-05T${time}Z`);
const MINUTE = 60_000;

const notice = (place: string): Expected => ({
  what: '1h notice',
  place,
  text: /starts in 1 h/,
  due: at('20:00:00'),
});
const said = (place: string, time = '20:00:20', text = 'UP-1: CRM starts in 1 h'): Said => ({
  at: at(time),
  place,
  text,
  edits: [],
});
const expected = [notice('#sales'), notice('@arjun')];
const right = [said('#sales'), said('@arjun')];
const problemsOf = (messages: Said[], wanted = expected) => judge(wanted, messages, 2 * MINUTE).problems;

test('everything once, in time and in its place → no problem', () => {
  expect(judge(expected, right, 2 * MINUTE)).toMatchObject({ problems: [], leftOver: [] });
});

test('a missing message → named with its place and its time', () => {
  expect(problemsOf([said('#sales')])).toEqual([
    expect.stringContaining('missing: 1h notice at @arjun, due 2026-12-05T20:00:00.000Z'),
  ]);
});

test('a doubled message → a problem, although each of the two is right', () => {
  expect(problemsOf([...right, said('@arjun', '20:00:40')])).toEqual([
    expect.stringContaining('doubled: 1h notice'),
  ]);
});

test('an early message → a problem, however little it is early', () => {
  expect(problemsOf([said('#sales', '19:59:58'), said('@arjun')])).toEqual([
    expect.stringContaining('early by 0.0 min: 1h notice at #sales'),
  ]);
});

test('a late message → a problem beyond the tolerance only', () => {
  expect(problemsOf([said('#sales', '20:01:59'), said('@arjun', '20:03:00')])).toEqual([
    expect.stringContaining('late by 3.0 min: 1h notice at @arjun'),
  ]);
});

test('a message to somebody outside → a problem of its own', () => {
  expect(problemsOf([...right, said('@guest')])).toEqual([
    expect.stringContaining('to somebody who should hear nothing: “UP-1: CRM starts in 1 h” at @guest'),
  ]);
});

test('a message that nobody asked for, at a known place → a problem', () => {
  expect(problemsOf([...right, said('#sales', '20:10:00', 'By the way')])).toEqual([
    expect.stringContaining('not asked for: “By the way” at #sales'),
  ]);
});

test('another text than the one expected → missing, and not asked for', () => {
  expect(problemsOf([said('#sales'), said('@arjun', '20:00:20', 'UP-1: CRM starts in 2 h')])).toEqual([
    expect.stringContaining('missing: 1h notice at @arjun'),
    expect.stringContaining('not asked for: “UP-1: CRM starts in 2 h” at @arjun'),
  ]);
});

test('a live message that ends with the wrong words → a problem', () => {
  const poll = { ...notice('#room'), what: 'decision', finally: /was decided/ };
  const open = { ...said('#room'), edits: [{ text: 'still open' }] };
  expect(problemsOf([open], [poll])).toEqual([expect.stringContaining('wrong in the end: decision')]);
  expect(problemsOf([{ ...open, edits: [{ text: 'it was decided' }] }], [poll])).toEqual([]);
});

test('the same words at several times → each message meets the expectation of its own time', () => {
  const beats = ['20:00:00', '20:30:00', '21:00:00'].map((time) => ({ ...notice('#room'), due: at(time) }));
  const heard = ['21:00:10', '20:00:10'].map((time) => said('#room', time));
  expect(problemsOf(heard, beats)).toEqual([
    expect.stringContaining('missing: 1h notice at #room, due 2026-12-05T20:30'),
  ]);
});
