import { describe, expect, test } from 'vitest';
import { by, draftOf, shippedPlan, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { getRecord } from '../record/index.ts';
import { cancelUpgrade } from './cancel-upgrade.ts';
import { createUpgrade } from './create-upgrade.ts';
import { editPlan } from './edit-plan.ts';
import type { ResolvedPlan } from './plan/schema.ts';
import { rescheduleUpgrade } from './reschedule-upgrade.ts';
import { scheduleUpgrade } from './schedule-upgrade.ts';
import { startUpgrade } from './start-upgrade.ts';
import { getUpgrade, keyOf, listUpgrades, type Upgrade } from './store.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-11-20T09:00:00Z');
const START = new Date('2026-12-05T21:00:00Z');
const LATER = new Date('2026-12-12T21:00:00Z');
const [dana, priya, mia] = [by('dana'), by('priya'), by('mia')];

const rig = (now = NOW) => testContext(db, [], now);
const factsOf = async ({ teamId, id }: Upgrade) =>
  (await getRecord(db, teamId, id)).map(({ fact, actor, data }) => ({ fact, actor, data }));

async function scheduled(t: TestContext, change?: (plan: ResolvedPlan) => ResolvedPlan): Promise<Upgrade> {
  const draft = await draftOf(t, change);
  return (await scheduleUpgrade(t.context, dana, draft.id)).upgrade;
}

describe('a new upgrade', () => {
  test('is a draft of whoever planned it, under the next number', async () => {
    const t = await rig();
    const plan = await shippedPlan(t.slack);
    const first = await createUpgrade(t.context, mia, plan, 'crm.yaml');
    const second = await createUpgrade(t.context, mia, plan);
    expect(first).toMatchObject({ state: 'draft', createdBy: mia.userId, startsAt: START, revision: 0 });
    expect(second.number).toBe(first.number + 1);
    expect(await factsOf(first)).toEqual([
      { fact: 'upgrade.planned', actor: mia.userId, data: { title: plan.upgrade, source: 'crm.yaml' } },
    ]);
  });

  test.each(['guest', 'gone', 'buildbot', 'xavier'])('is not for %s', async (name) => {
    const t = await rig();
    const before = await listUpgrades(db, dana.teamId);
    const attempt = createUpgrade(t.context, by(name), await shippedPlan(t.slack));
    await expect(attempt).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await listUpgrades(db, dana.teamId)).toEqual(before);
  });

  test('twenty at once have twenty numbers, without a gap, also where some fail', async () => {
    const t = await rig();
    const plan = await shippedPlan(t.slack);
    const broken = { ...plan, system: 'refused by Postgres: \u0000' };
    const last = (await listUpgrades(db, dana.teamId))[0]?.number ?? 0;
    const plans = Array.from({ length: 24 }, (_, index) => (index % 6 === 0 ? broken : plan));
    const made = await Promise.allSettled(plans.map((each) => createUpgrade(t.context, dana, each)));
    const numbers = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value.number] : []));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => last + 1 + index));
  });
});

describe('editing', () => {
  test('moves the window and the roles of a draft with its plan', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    const window = { ...draft.plan.window, start: '2026-12-12T22:00' };
    const people = { ...draft.plan.people, lead: mia.userId };
    const edited = await editPlan(t.context, dana, draft.id, { ...draft.plan, window, people });
    expect(edited).toMatchObject({ state: 'draft', startsAt: LATER });
    await expect(scheduleUpgrade(t.context, mia, draft.id)).resolves.toMatchObject({ warnings: [] });
  });
});

describe('scheduling', () => {
  test('makes the plan binding', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    expect(upgrade).toMatchObject({ state: 'scheduled', revision: 1 });
    expect((await factsOf(upgrade)).at(-1)).toEqual({
      fact: 'upgrade.scheduled',
      actor: dana.userId,
      data: { startsAt: '2026-12-05T21:00:00.000Z', endsAt: '2026-12-06T01:45:00.000Z' },
    });
  });

  test('is refused once the start has passed, and changes nothing', async () => {
    const t = await rig(START);
    const draft = await draftOf(t);
    await expect(scheduleUpgrade(t.context, dana, draft.id)).rejects.toMatchObject({
      code: 'invalid_input',
      next: 'Choose a later start.',
    });
    expect(await getUpgrade(db, draft.teamId, draft.id)).toEqual(draft);
  });

  test('is refused when somebody in the plan has left, by name', async () => {
    const t = await rig();
    const draft = await draftOf(t, (plan) => ({ ...plan, people: { ...plan.people, deputy: 'UGONE' } }));
    await expect(scheduleUpgrade(t.context, dana, draft.id)).rejects.toMatchObject({
      code: 'invalid_input',
      problems: [
        { path: 'people.deputy', message: expect.stringMatching(/^Gero Neumann has a deactivated/) },
      ],
    });
  });

  test('twice at once happens once', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    const both = await Promise.allSettled([
      scheduleUpgrade(t.context, dana, draft.id),
      scheduleUpgrade(t.context, priya, draft.id),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await getUpgrade(db, draft.teamId, draft.id)).toMatchObject({ revision: 1 });
    expect((await factsOf(draft)).filter(({ fact }) => fact === 'upgrade.scheduled')).toHaveLength(1);
  });
});

describe('rescheduling', () => {
  test('moves the window, keeps its length, and records old and new', async () => {
    const t = await rig();
    const before = await scheduled(t);
    const { upgrade, from } = await rescheduleUpgrade(t.context, priya, before.id, LATER, ' vendor is late ');
    expect(from).toEqual(START);
    expect(upgrade).toMatchObject({ state: 'scheduled', startsAt: LATER, revision: 2 });
    expect(upgrade.endsAt.getTime() - LATER.getTime()).toBe(before.endsAt.getTime() - START.getTime());
    expect(upgrade.plan.window.start).toBe('2026-12-12T22:00');
    expect((await factsOf(upgrade)).at(-1)).toEqual({
      fact: 'upgrade.rescheduled',
      actor: priya.userId,
      data: { from: START.toISOString(), to: LATER.toISOString(), why: 'vendor is late' },
    });
  });

  test.each([
    ['the past', NOW, 'The planned start has already passed'],
    ['the same time', START, 'It is planned for exactly that time already.'],
  ])('to %s is refused', async (_what, to, message) => {
    const t = await rig();
    const upgrade = await scheduled(t);
    const attempt = rescheduleUpgrade(t.context, dana, upgrade.id, to);
    await expect(attempt).rejects.toThrow(message);
    expect(await getUpgrade(db, upgrade.teamId, upgrade.id)).toEqual(upgrade);
  });
});

describe('cancelling', () => {
  test('says why, and whether anybody can have been told', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    const cancelled = await cancelUpgrade(t.context, priya, upgrade.id, 'The test failed');
    expect(cancelled).toMatchObject({ wasScheduled: true, upgrade: { state: 'cancelled', endedAt: NOW } });
    expect((await factsOf(upgrade)).at(-1)).toMatchObject({ data: { why: 'The test failed' } });
    const draft = await draftOf(t);
    expect(await cancelUpgrade(t.context, dana, draft.id)).toMatchObject({ wasScheduled: false });
  });
});

describe('starting', () => {
  test('twice at once happens once, and the other hears that it runs', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    t.clock.set(START);
    const both = await Promise.allSettled([1, 2].map(() => startUpgrade(t.context, dana, upgrade.id)));
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toMatchObject([{ code: 'wrong_state', message: expect.stringContaining('in progress') }]);
    expect((await factsOf(upgrade)).filter(({ fact }) => fact === 'upgrade.started')).toHaveLength(1);
    expect(await getUpgrade(db, upgrade.teamId, upgrade.id)).toMatchObject({ startedAt: START });
  });

  test.each([
    ['a quarter of an hour early', '2026-12-05T20:45:00Z', true],
    ['earlier than that', '2026-12-05T20:44:59Z', false],
    ['late, within the window', '2026-12-06T01:44:00Z', true],
    ['after the window', '2026-12-06T01:45:00Z', false],
  ])('%s', async (_when, now, allowed) => {
    const t = await rig();
    const upgrade = await scheduled(t);
    t.clock.set(new Date(now));
    const attempt = startUpgrade(t.context, dana, upgrade.id);
    if (allowed) return expect(attempt).resolves.toMatchObject({ state: 'in_progress' });
    await expect(attempt).rejects.toMatchObject({
      code: 'wrong_state',
      next: expect.stringContaining(`/upgrade reschedule ${keyOf(upgrade)}`),
    });
  });
});
