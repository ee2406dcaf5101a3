import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { drawScenario } from './scenario.ts';
import { drawStrike } from './strikes.ts';

test('the same seed → the same scenario and the same faults', () => {
  for (let seed = 1; seed <= 50; seed++) {
    expect(drawScenario(new Dice(seed, 'scenario'))).toEqual(drawScenario(new Dice(seed, 'scenario')));
    expect(drawStrike(new Dice(seed), 'redis').what).toBe(drawStrike(new Dice(seed), 'redis').what);
  }
});

test('other seeds → other scenarios, from one upgrade to twenty, and every kind of fault', () => {
  const seeds = Array.from({ length: 600 }, (_, seed) => seed);
  const sizes = seeds.map((seed) => drawScenario(new Dice(seed, 'scenario')).stories.length);
  expect(Math.min(...sizes)).toBe(1);
  expect(Math.max(...sizes)).toBeGreaterThan(15);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
  const struck = seeds.map((seed) => drawStrike(new Dice(seed, 'strikes'), 'redis').what).join('\n');
  for (const kind of [
    /kill -9 of process/,
    /kill -9 of every/,
    /SIGTERM/,
    /SIGSTOP/,
    /Redis is flushed/,
    /Redis is killed/,
    /Redis is stopped/,
    /Redis is paused/,
    /Postgres crashes/,
    /connection is cut/,
    /429/,
    /5xx/,
    /lost/,
    /cut$/m,
    /reset/,
    /slow/,
    /offline/,
    /Socket Mode/,
  ])
    expect(struck).toMatch(kind);
});

test('what is drawn → even: each face of a die about as often as another', () => {
  const dice = new Dice(7);
  const thrown = Array.from({ length: 6_000 }, () => dice.between(1, 6));
  for (const face of [1, 2, 3, 4, 5, 6])
    expect(Math.abs(thrown.filter((each) => each === face).length - 1_000)).toBeLessThan(150);
});
