import { afterAll, beforeAll, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { wordingOf } from '../../src/demo/autopilot/recorder.ts';
import { until } from '../../src/demo/pass-time.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';
const HERE = `in ${ROOM}`;
const POLL = /UP-1: roll back or keep going/;

const database = await testDatabase();
let world: TestWatchbell;

beforeAll(async () => {
  world = await bootWatchbell({ database, now: berlin('2026-11-27T09:00') });
  const { stage } = world;
  await schedule(
    stage,
    'dana',
    ROOM,
    await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration')),
  );
  await stage.passUntil(berlin('2026-12-05T22:00'));
  await stage.types('dana', ROOM, 'start', /UP-1 has started/);
});
afterAll(() => world?.stop());

test('`/upgrade rollback` alone → a form; a stranger is refused before they type; an empty reason keeps the form open', async () => {
  const { stage } = world;
  await stage.types('mia', ROOM, 'rollback', /Not done: Only the upgrade lead.*can do this/s);
  await stage.opens('hugo', (hugo) => hugo.command(ROOM, '/upgrade', 'rollback'));
  expect(await world.as('hugo').submit({ text: '   ' })).toMatchObject({ result: 'errors' });
  const answer = { in: HERE, text: /has been asked to decide by/ };
  await stage.submitsAnswered('hugo', { text: 'Calls pile up <!channel>' }, answer);
  await stage.settle();
  expect(wordingOf(stage.find(ROOM, POLL))).toContain('Calls pile up');
});

test('advice by a button → beside the decision, in the room and with the sponsor', async () => {
  const { stage } = world;
  await stage.opens('petra', (petra) => petra.click(stage.find(ROOM, POLL).target, 'rollback.advise'));
  const answer = { in: HERE, text: /heard, not counted/ };
  await stage.submitsAnswered('petra', { text: 'Wait until midnight' }, answer);
  await stage.settle();
  for (const place of [ROOM, '@priya'])
    expect(wordingOf(stage.find(place, POLL))).toContain('Wait until midnight');
});

test('more time, then decided; the stale button of a private copy → told what was decided', async () => {
  const { stage } = world;
  const more = { in: HERE, text: /there is more time.*only once/s };
  await stage.clicks('priya', stage.find(ROOM, POLL), 'rollback.vote.more_time', more);
  await stage.settle();
  await world.as('priya').openHome();
  const home = await until('Priya sees what waits for her', () => world.as('priya').home());
  await world.as('priya').click({ view: home.id }, 'rollback.show');
  const inMessages = () =>
    stage.recorder.seen.filter(({ place, text }) => place === '@priya' && POLL.test(text));
  const copy = await until('Priya has a copy beside the live one', () => inMessages()[1]);
  expect(copy.actionIds).not.toContain('rollback.vote.more_time');

  const kept = { in: HERE, text: /decided, keep going/ };
  await stage.clicks('priya', stage.find(ROOM, POLL), 'rollback.vote.keep_going', kept);
  await stage.settle();
  expect(stage.find(ROOM, /UP-1: decided, keep going/).actionIds).toEqual([]);
  const already = { in: '', text: /was decided already: keep going.*@priya decided it at/s };
  await stage.clicks('priya', copy, 'rollback.vote.roll_back', already);
});

test('the survey: its state before and during, an answer deleted, and the results', async () => {
  const { stage } = world;
  await stage.types('dana', ROOM, 'survey', /has not begun.*7 days after completion/s);
  await stage.types('dana', ROOM, 'done', /UP-1 is being verified/);
  await stage.opens('dana', (dana) => dana.command(ROOM, '/upgrade', 'done'));
  const complete = { in: HERE, text: /UP-1 is complete/ };
  await stage.submitsAnswered('dana', { 'checks.1': ['1', '2', '3', '4', '5', '6'] }, complete);
  await stage.types('dana', ROOM, 'survey', /has not begun.*audience is looked up/s);

  await stage.passUntil(berlin('2026-12-14T11:00'));
  const asked = stage.find('@lena', /how is crm for you now/);
  await stage.opens('lena', (lena) => lena.click(asked.target, 'survey.answer'));
  expect(await world.as('lena').submit({ difficulty: 'Slow' })).not.toMatchObject({ result: 'updated' });
  expect(await world.as('lena').submit({ satisfaction: '2', difficulty: 'Slow' })).toMatchObject({
    result: 'updated',
  });
  await world.as('lena').closeModal();
  await stage.settle();
  await stage.types('dana', ROOM, 'survey', /is open.*Answered: 1 \(9 %\)/s);
  const deleted = { in: '', text: /Your answer is deleted/ };
  await stage.clicks('lena', stage.find('@lena', /UP-1: thank you/), 'survey.delete', deleted);
  await stage.settle();

  const invitation = stage.find('@lena', /how is crm for you now/);
  const stale = world.as('lena').clickPayload(invitation.target, 'survey.answer');
  await stage.passUntil(berlin('2026-12-22T09:00'));
  stage.find(ROOM, /0 of 11 people answered/);
  expect(wordingOf(invitation)).toContain('the survey is closed');
  await world.sandbox.deliverRaw({ type: 'interactive', payload: stale });
  await until('Lena is told that it is too late', () =>
    stage.recorder.seen.some(({ place, text }) => place === '@lena' && /closed on 21 December/.test(text)),
  );
});
