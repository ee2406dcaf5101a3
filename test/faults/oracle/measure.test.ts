import { expect, test } from 'vitest';
import { PacedClock } from '../paced-clock.ts';
import type { Scenario } from '../scenario.ts';
import { Measure } from './measure.ts';

const clock = new PacedClock({ real: 0, virtual: 0, speed: 1 });
const calm = { rateLimits: false, skewed: false };
const scenario: Scenario = { begin: new Date(0), speed: 1, roles: ['all'], ...calm, stories: [] };

test('a message that Slack refused eight times in a row → may wait half a minute for the next try, not longer', () => {
  const hits = [0, 0.5, 1, 2, 4, 8, 16, 32].map((seconds) => seconds * 1_000);
  const struck = hits.map((at) => ({ what: 'Slack answered conversations.open with 5xx', from: at, to: at }));
  const measure = new Measure({ clock, scenario, struck });
  expect(measure.isLost(0, 62_700)).toBe(false);
  expect(measure.isLost(0, 70_000)).toBe(true);
});

test('one that was refused once → is due within seconds', () => {
  const struck = [{ what: 'Slack answered chat.postMessage with 5xx', from: 0, to: 0 }];
  const measure = new Measure({ clock, scenario, struck });
  expect(measure.isLost(0, 5_900)).toBe(false);
  expect(measure.isLost(0, 6_100)).toBe(true);
});

test('one that was refused once on a crowded machine → may take as much longer as the machine was crowded', () => {
  const struck = [{ what: 'Slack answered chat.postMessage with reset', from: 0, to: 0 }];
  const stalls = [
    { what: 'the machine was wanted by 13 processes for 1500 ms', from: 500, to: 2_000 },
    { what: 'the machine was wanted by 12 processes for 1800 ms', from: 2_200, to: 4_000 },
  ];
  const measure = new Measure({ clock, scenario, struck, stalls });
  expect(measure.isLost(0, 9_200)).toBe(false);
  expect(measure.isLost(0, 9_400)).toBe(true);
});
