import { expect, test } from 'vitest';
import { Dice } from './dice.ts';
import { drawScenario } from './scenario.ts';
import { drawStrike } from './strikes.ts';

const scenarios = (count: number) =>
  Array.from({ length: count }, (_, seed) => drawScenario(new Dice(seed, 'scenario')));

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
    /Redis is killed for/,
    /Redis is killed, without persistence,/,
    /Redis is stopped/,
    /Redis is paused/,
    /Postgres crashes/,
    /connection is cut/,
    /429/,
    /5xx/,
    /lost/,
    /postMessage with cut/,
    /with torn/,
    /for 3 s/,
    /with lost, Slack answers \d times conversations.history/,
    /when a message reaches Slack/,
    /when a message is in Slack/,
    /reset/,
    /slow/,
    /offline/,
    /connections to the bot end/,
  ])
    expect(struck).toMatch(kind);
});

test('what people try who may not → every verb, by a member, a guest, a foreigner and the consulted', () => {
  const acts = scenarios(200).flatMap(({ stories }) =>
    stories.flatMap(({ acts, tried, lead }) => [...tried, ...acts.filter(({ by }) => by !== lead)]),
  );
  for (const by of ['zoe', 'guest', 'xavier']) {
    const verbs = new Set(acts.filter((act) => act.by === by).map((act) => act.do.verb));
    for (const verb of [
      'schedule',
      'start',
      'reschedule',
      'cancel',
      'status',
      'issue',
      'resolve',
      'rollback',
    ])
      expect(verbs).toContain(verb);
    expect(verbs).toContain('done');
    expect(verbs).toContain('vote');
    expect(verbs).toContain('close');
  }
});

test('what is over → closed by its lead or its sponsor in some stories, and by nobody in others', () => {
  const all = scenarios(200).flatMap(({ stories }) => stories);
  const over = all.filter(({ finishAfter }) => finishAfter !== undefined);
  const closing = over.filter(({ acts, lead }) =>
    acts.some(({ by, do: { verb } }) => verb === 'close' && by === lead),
  );
  expect(closing.length).toBeGreaterThan(over.length / 8);
  expect(closing.length).toBeLessThan(over.length / 2);
  for (const { acts } of all.filter((story) => !over.includes(story)))
    expect(acts.map((act) => act.do.verb)).not.toContain('close');
});

test('every run → slow enough for its oracle, slower where clocks are off; a third of them over HTTP', () => {
  const all = scenarios(600);
  for (const { speed, skewed } of all) expect(speed).toBeLessThanOrEqual(skewed ? 20 : 60);
  const overHttp = all.filter((scenario) => scenario.overHttp).length;
  expect(Math.abs(overHttp - 200)).toBeLessThan(50);
});

test('what is drawn → even: each face of a die about as often as another', () => {
  const dice = new Dice(7);
  const thrown = Array.from({ length: 6_000 }, () => dice.between(1, 6));
  for (const face of [1, 2, 3, 4, 5, 6])
    expect(Math.abs(thrown.filter((each) => each === face).length - 1_000)).toBeLessThan(150);
});
