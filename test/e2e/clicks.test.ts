import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { wordingOf } from '../../src/demo/autopilot/recorder.ts';
import { until } from '../../src/demo/pass-time.ts';
import { importPlan, readShippedPlan } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';
const database = await testDatabase();
let world: TestWatchbell;

beforeAll(async () => {
  world = await bootWatchbell({ database, now: berlin('2026-12-05T21:50') });
});
afterAll(() => world?.stop());

const deliver = (payload: Record<string, unknown>) =>
  world.sandbox.deliverRaw({ type: 'interactive', payload });
const said = (place: string, text: RegExp) =>
  world.stage.recorder.seen.filter((seen) => seen.place === place && text.test(seen.text));
const heard = (place: string, text: RegExp, times = 1) =>
  until(`${place} reads ${text} ${times} times`, () => said(place, text).length >= times);

describe('a double click', () => {
  test('on Schedule → scheduled once, and the second click is told so', async () => {
    const { stage } = world;
    const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
    const payload = world.as('dana').clickPayload(draft.target, 'upgrade.schedule');
    await Promise.all([deliver(payload), deliver(payload)]);
    await heard(`@dana in ${ROOM}`, /UP-1 is scheduled\./);
    await heard(`@dana in ${ROOM}`, /Not done.*is scheduled/s);
    await stage.settle();
    expect(said(ROOM, /^UP-1 CRM 8 to CRM 9/)).toHaveLength(1);
    expect(world.sandbox.state.pins('CCRMUPGRADE')).toHaveLength(1);
  });
});

describe('a button that everybody in the room sees', () => {
  test.each([
    ['a guest', 'guest', /Guests have no say/],
    ['somebody of another organisation', 'xavier', /another organisation/],
    ['somebody without a role', 'mia', /Only the upgrade lead/],
  ])('clicked by %s → refused to them alone, and nothing happens', async (_, name, why) => {
    const { stage } = world;
    const headline = stage.find(ROOM, /^UP-1 CRM 8 to CRM 9/);
    await stage.clicks(name, headline, 'upgrade.start', { in: `in ${ROOM}`, text: why });
    await stage.settle();
    expect(wordingOf(stage.find(ROOM, /^UP-1 CRM 8 to CRM 9/))).toContain('Scheduled');
  });
});

describe('a rollback decision', () => {
  let stale: Record<string, unknown>;
  const poll = () => world.stage.find(ROOM, /UP-1: (roll back or keep going|decided)/);

  beforeAll(async () => {
    const { stage } = world;
    await stage.types('dana', ROOM, 'start', /UP-1 has started/);
    await stage.types('olga', ROOM, 'rollback Nobody can log in', /has been asked to decide/);
    await stage.settle();
    stale = world.as('priya').clickPayload(poll().target, 'rollback.vote.roll_back');
  });

  test('asked for again while it is open → one decision, and the reason beside it', async () => {
    const { stage } = world;
    await stage.types('uma', ROOM, 'rollback Still nobody', /a rollback decision is open already/);
    await stage.settle();
    expect(said(ROOM, /roll back or keep going/)).toHaveLength(1);
    expect(wordingOf(poll())).toContain('Still nobody');
  });

  test('a deputy who has left the company meanwhile → has no vote', async () => {
    const { stage, sandbox } = world;
    await stage.passUntil(new Date(stage.now.getTime() + 11 * 60_000));
    await heard(ROOM, /deputy sponsor, please decide/);
    const payload = world.as('sam').clickPayload(poll().target, 'rollback.vote.keep_going');
    sandbox.changeUser('USAM', { deleted: true });
    await deliver(payload);
    await heard(`@sam in ${ROOM}`, /account is deactivated/);
    expect(wordingOf(poll())).toContain('roll back or keep going');
  });

  test('two votes at once → the first counts, the other is told who decided', async () => {
    const { stage } = world;
    const keep = world.as('priya').clickPayload(poll().target, 'rollback.vote.keep_going');
    await Promise.all([deliver(keep), deliver(keep)]);
    await heard(`@priya in ${ROOM}`, /UP-1: decided, keep going/);
    await heard(`@priya in ${ROOM}`, /UP-1 was decided already: keep going/);
    await stage.settle();
    expect(said(ROOM, /the upgrade goes on/)).toHaveLength(1);
  });

  test('a stale button of the closed poll → told who decided and when; nothing changes', async () => {
    const { stage } = world;
    await deliver(stale);
    await heard(`@priya in ${ROOM}`, /was decided already: keep going.*@priya decided/s, 2);
    await stage.settle();
    expect(wordingOf(poll())).toMatch(/decided, keep going/);
    expect(said(ROOM, /rolling back/)).toEqual([]);
  });

  test('a button whose value was forged → a clear answer, nothing done', async () => {
    const payload = structuredClone(stale) as { actions: { value: string }[] };
    for (const action of payload.actions) action.value = '1; drop table upgrade';
    await deliver(payload);
    await heard(`@priya in ${ROOM}`, /This button is not about any decision/);
  });
});
