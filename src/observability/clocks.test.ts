import { expect, test } from 'vitest';
import { Clocks } from './clocks.ts';

const MINUTE = 60_000;

test('an answer that took long → not believed; the earlier one counts', () => {
  const clocks = new Clocks(() => 0);
  clocks.note('slack', 0.4, 300);
  clocks.note('slack', 4, 9_000);
  expect(clocks.ahead()).toEqual([{ against: 'slack', seconds: 0.4 }]);
});

test('not heard of for minutes → forgotten', () => {
  let now = 0;
  const clocks = new Clocks(() => now);
  clocks.note('slack', 3, 300);
  now = 4 * MINUTE;
  clocks.note('database', 0, 2);
  expect(clocks.ahead()).toHaveLength(2);
  now = 6 * MINUTE;
  expect(clocks.ahead()).toEqual([{ against: 'database', seconds: 0 }]);
});
