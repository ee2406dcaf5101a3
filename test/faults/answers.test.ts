import { expect, test } from 'vitest';
import { answers } from './answers.ts';

test('the answer to an earlier act, which comes late → is not taken for that of a later one', () => {
  const late = 'Your status line for UP-7 is kept:\nNews 1 of priya\nNext: it stands in the pinned message.';
  const line = { upgrade: 'UP-7', verb: 'status', text: 'News 1 of priya' };
  expect(answers(late, line)).toBe(true);
  expect(answers(late, { ...line, text: 'News 3 of priya' })).toBe(false);
  expect(answers(late, { ...line, upgrade: 'UP-3' })).toBe(false);
  const asked = 'UP-7: a rollback decision is open already, in <#C1>. Your reason now stands beside it.';
  expect(answers(asked, { upgrade: 'UP-7', verb: 'rollback', text: 'Logins fail' })).toBe(true);
  expect(answers(asked, { upgrade: 'UP-7', verb: 'issue', text: 'Export is slow' })).toBe(false);
  expect(answers('UP-7: no.\nYou typed: /upgrade issue Slow', { upgrade: 'UP-7', verb: 'status' })).toBe(
    false,
  );
});

test('the answer to an earlier move → is not taken for that of the next one', () => {
  const move = { upgrade: 'UP-3', verb: 'reschedule', start: Date.parse('2026-12-05T12:37:00Z') };
  const next = { ...move, start: Date.parse('2026-12-05T12:45:00Z') };
  const done =
    'UP-3 is moved from <!date^1796474160^{time}|12:36 UTC> to <!date^1796474220^{time}|12:37 UTC>. It now ends later.';
  const refused =
    'Not done: too late.\nYou typed: /upgrade reschedule UP-3 2026-12-05 12:37 the vendor is late';
  for (const late of [done, refused]) {
    expect(answers(late, move)).toBe(true);
    expect(answers(late, next)).toBe(false);
  }
});
