import { afterAll, beforeAll, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import type { Fault } from '../../src/sandbox/index.ts';
import { testDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';
const TOLD = ['#all-staff', '#sales', '@arjun', '@emma', '@lena', '@mike', '@sunil', '@tom'];

const database = await testDatabase();
let world: TestWatchbell;

beforeAll(async () => {
  world = await bootWatchbell({ database, now: berlin('2026-11-27T09:00') });
  const { stage } = world;
  const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
  await schedule(stage, 'dana', ROOM, draft);
  await stage.settle();
});
afterAll(() => world?.stop());

/** Where each message since `from` was heard, in order. */
const placesSince = (from: number) =>
  world.stage.recorder.seen
    .slice(from)
    .map(({ place }) => place)
    .sort();

const post = (kind: Fault['kind'], more: Partial<Fault> = {}): Fault => ({
  method: 'chat.postMessage',
  kind,
  times: 4,
  ...more,
});

test.each([
  ['takes the message, and its answer is lost', '2026-11-28T22:00', post('lost')],
  ['answers 503, having taken the message', '2026-12-04T22:00', post('5xx', { applied: true })],
  ['answers half a body', '2026-12-05T21:00', post('cut')],
  ['hangs up without taking it', '2026-12-05T21:45', post('reset')],
])('Slack %s → each place hears it once', async (_, due, fault) => {
  const before = world.stage.recorder.seen.length;
  world.sandbox.faults.inject(fault);
  await world.passUntil(berlin(due));
  expect(world.sandbox.faults.pending).toEqual([]);
  expect(placesSince(before)).toEqual(TOLD);
});

/** What the others hear beside the private answers to Dana. */
const publicSince = (from: number) => placesSince(from).filter((place) => place !== `@dana in ${ROOM}`);

test('Slack asks to wait → it is waited for, and each place hears of the start once', async () => {
  const { stage, sandbox } = world;
  await stage.passUntil(berlin('2026-12-05T22:00'));
  const before = stage.recorder.seen.length;
  sandbox.faults.inject(post('429', { retryAfter: 1 }));
  await stage.types('dana', ROOM, 'start', /UP-1 has started/);
  await stage.settle();
  expect(publicSince(before)).toEqual([ROOM, ...TOLD].sort());
});

test('Slack asks to wait without saying how long → each place hears of the end once', async () => {
  const { stage, sandbox } = world;
  await stage.types('dana', ROOM, 'done', /UP-1 is being verified/);
  await stage.opens('dana', (dana) => dana.command(ROOM, '/upgrade', 'done'));
  const before = stage.recorder.seen.length;
  sandbox.faults.inject(post('429-without-retry-after'));
  const ticked = { 'checks.1': ['1', '2', '3', '4', '5', '6'] };
  await stage.submitsAnswered('dana', ticked, { in: `in ${ROOM}`, text: /UP-1 is complete/ });
  await stage.settle();
  expect(publicSince(before)).toEqual([ROOM, ...TOLD].sort());
});
