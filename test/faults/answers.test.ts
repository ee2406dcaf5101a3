import { expect, test } from 'vitest';
import { answers } from './answers.ts';

test('the answer to an earlier act, which comes late → is not taken for that of a later one', () => {
  const late = 'Your status line for UP-7 is kept:\nNews 1 of priya\nNext: it stands in the pinned message.';
  expect(answers(late, 'UP-7', 'status', 'News 1 of priya')).toBe(true);
  expect(answers(late, 'UP-7', 'status', 'News 3 of priya')).toBe(false);
  expect(answers(late, 'UP-3', 'status', 'News 1 of priya')).toBe(false);
  const asked = 'UP-7: a rollback decision is open already, in <#C1>. Your reason now stands beside it.';
  expect(answers(asked, 'UP-7', 'rollback', 'Logins fail')).toBe(true);
  expect(answers(asked, 'UP-7', 'issue', 'Export is slow')).toBe(false);
  expect(answers('UP-7: no.\nYou typed: /upgrade issue Slow', 'UP-7', 'status')).toBe(false);
});
