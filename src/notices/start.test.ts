import { describe, expect, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { type Delivery, listDeliveries } from '../outbox/index.ts';
import { getRecord } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { listRows } from '../timetable/index.ts';
import { cancelUpgrade } from '../upgrade/cancel-upgrade.ts';
import { completeUpgrade } from '../upgrade/complete-upgrade.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { rescheduleUpgrade } from '../upgrade/reschedule-upgrade.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { verifyUpgrade } from '../upgrade/verify-upgrade.ts';
import { notices } from './index.ts';

const { db } = await testDatabase();
const dana = by('dana');
const START = new Date('2026-12-05T21:00:00Z');
const ROOM = 'CCRMUPGRADE';
const PEOPLE = ['UARJUN', 'UEMMA', 'ULENA', 'UMIKE', 'USUNIL', 'UTOM'];
const AUDIENCE = ['CALLSTAFF', 'CSALES', ...PEOPLE];
const EVERYBODY = [ROOM, ...AUDIENCE].sort();

/** Minutes from the planned start. */
const minute = (minutes: number) => new Date(START.getTime() + minutes * 60_000);

interface World {
  t: TestContext;
  upgrade: Upgrade;
}

/** Scheduled so many minutes before the planned start. */
async function scheduled(ahead: number, change?: (plan: ResolvedPlan) => ResolvedPlan): Promise<World> {
  const t = await testContext(db, [notices], minute(-ahead));
  const draft = await draftOf(t, change);
  const { upgrade } = await scheduleUpgrade(t.context, dana, draft.id);
  await t.settle();
  return { t, upgrade };
}

const sent = async ({ upgrade }: World, kind: string): Promise<Delivery[]> =>
  (await listDeliveries(db, upgrade.teamId, upgrade.id)).filter(
    (each) => each.kind === kind && each.state === 'sent',
  );

const heardBy = async (world: World, kind: string): Promise<string[]> =>
  (await sent(world, kind)).map(({ target }) => target).sort();

/** What was said in the room in messages of this kind. */
const inRoom = ({ t }: World, deliveries: Delivery[]) =>
  t.slack.posts.filter(({ deliveryId }) => deliveries.some(({ id }) => id === deliveryId));

const buttonsIn = (blocks: unknown): string[] =>
  [...JSON.stringify(blocks).matchAll(/"action_id":"([^"]+)"/g)].map(([, id = '']) => id);

describe('nobody starts it', () => {
  test('five minutes after the planned start the lead is asked in the room, with the ways out as buttons', async () => {
    const world = await scheduled(120);
    await world.t.passUntil(minute(4));
    expect(await heardBy(world, 'start.awaited')).toEqual([]);
    await world.t.passUntil(minute(6));
    const asked = await sent(world, 'start.awaited');
    expect(asked).toMatchObject([{ target: ROOM, sentAt: minute(5) }]);
    const message = inRoom(world, asked)[0]?.message;
    for (const part of [
      'has not started',
      '5 min ago',
      '<@UDANA>, what now?',
      'expects a message when it starts',
    ])
      expect(message?.text).toContain(part);
    expect(message?.text).not.toContain('<@UDANA>, <@UPRIYA>');
    expect(buttonsIn(message?.blocks)).toEqual(['upgrade.start', 'upgrade.reschedule', 'upgrade.cancel']);
  });

  test('after half an hour the sponsor is called too, and everybody told hears it once', async () => {
    const world = await scheduled(120);
    await world.t.passUntil(minute(600));
    const called = await sent(world, 'start.overdue');
    expect(called).toMatchObject([{ target: ROOM, sentAt: minute(30) }]);
    expect(inRoom(world, called)[0]?.message.text).toContain('<@UDANA>, <@UPRIYA>, what now?');
    expect(await heardBy(world, 'notice.not_started')).toEqual([...AUDIENCE].sort());
    const text = world.t.slack.to('UEMMA').at(-1)?.message.text;
    expect(text).toContain('CRM 8 to CRM 9 has not started yet.');
    expect(text).toContain('30 min ago');
    expect(text).toContain('Next: you will hear when it starts, or when it is moved or cancelled');
  });

  test('where nobody was told, nobody but the room hears of it', async () => {
    const world = await scheduled(10);
    await world.t.passUntil(minute(60));
    expect(await heardBy(world, 'start.overdue')).toEqual([ROOM]);
    expect(await heardBy(world, 'notice.not_started')).toEqual([]);
  });

  test('an outage over both → the sponsor is called at once, and the lead is not asked twice', async () => {
    const world = await scheduled(120);
    await world.t.passUntil(minute(0));
    world.t.clock.set(minute(45));
    await world.t.settle();
    expect(await heardBy(world, 'start.awaited')).toEqual([]);
    const [called] = inRoom(world, await sent(world, 'start.overdue'));
    expect(called?.message.text).toContain('45 min ago');
  });

  test('after the end of its window it can only be moved or cancelled', async () => {
    const world = await scheduled(120);
    world.t.clock.set(minute(300));
    await world.t.settle();
    const [called] = inRoom(world, await sent(world, 'start.overdue'));
    expect(called?.message.text).toContain('it can only be moved');
    expect(buttonsIn(called?.message.blocks)).toEqual(['upgrade.reschedule', 'upgrade.cancel']);
  });

  test.each([
    ['started', ({ t, upgrade }: World) => startUpgrade(t.context, dana, upgrade.id)],
    ['cancelled', ({ t, upgrade }: World) => cancelUpgrade(t.context, dana, upgrade.id)],
    ['moved', ({ t, upgrade }: World) => rescheduleUpgrade(t.context, dana, upgrade.id, minute(6_000))],
  ])('%s meanwhile → nobody hears that it has not started', async (_, act) => {
    const world = await scheduled(120);
    await world.t.passUntil(minute(10));
    await act(world);
    await world.t.passUntil(minute(240));
    expect(await heardBy(world, 'start.overdue')).toEqual([]);
    expect(await heardBy(world, 'notice.not_started')).toEqual([]);
  });

  test('moved → the new start is awaited in its turn', async () => {
    const world = await scheduled(120);
    await rescheduleUpgrade(world.t.context, dana, world.upgrade.id, minute(600));
    await world.t.passUntil(minute(599));
    expect(await heardBy(world, 'start.awaited')).toEqual([]);
    await world.t.passUntil(minute(605));
    expect(await sent(world, 'start.awaited')).toMatchObject([{ slot: '2', sentAt: minute(605) }]);
  });

  test('started while the message could not be sent → it is withdrawn, and "started" is true', async () => {
    const world = await scheduled(120);
    await world.t.passUntil(minute(29));
    world.t.slack.unreachable = true;
    await world.t.passUntil(minute(31));
    await startUpgrade(world.t.context, dana, world.upgrade.id);
    world.t.slack.unreachable = false;
    await db.execute('update outbox set not_before = null');
    await world.t.settle();
    expect(await heardBy(world, 'notice.not_started')).toEqual([]);
    expect(await heardBy(world, 'notice.started')).toEqual(EVERYBODY);
  });
});

describe('scheduled too late for any notice', () => {
  test('everybody of the audience hears that it has started, and then that it is over', async () => {
    const world = await scheduled(10);
    const { t, upgrade } = world;
    expect(await heardBy(world, 'notice')).toEqual([]);
    await t.passUntil(minute(0));
    await startUpgrade(t.context, dana, upgrade.id);
    await t.settle();
    expect(await heardBy(world, 'notice.started')).toEqual(EVERYBODY);
    await verifyUpgrade(t.context, dana, upgrade.id);
    const passed = upgrade.plan.acceptance.map((_, index) => index + 1);
    await completeUpgrade(t.context, dana, upgrade.id, { passed });
    await t.settle();
    expect(await heardBy(world, 'notice.completed')).toEqual(EVERYBODY);
  });

  test('who cannot be told stands on the record, as ahead of a notice', async () => {
    const world = await scheduled(10);
    world.t.slack.groupMembers = async () => ['ULENA', 'UGONE'];
    await startUpgrade(world.t.context, dana, world.upgrade.id);
    await world.t.settle();
    const record = await getRecord(db, world.upgrade.teamId, world.upgrade.id);
    expect(record.find(({ fact }) => fact === 'audience.resolved')?.data).toMatchObject({
      kind: 'notice.started',
      people: 2,
      leftOut: [{ target: 'UGONE' }],
    });
  });

  test('while Slack cannot say who they are, the channels hear it all the same, and the people afterwards', async () => {
    const world = await scheduled(10);
    const { t, upgrade } = world;
    const groupMembers = t.slack.groupMembers.bind(t.slack);
    t.slack.groupMembers = async () => {
      throw new SlackFailure('passing', 'usergroups.users.list', 'ECONNREFUSED');
    };
    await startUpgrade(t.context, dana, upgrade.id);
    await t.settle();
    expect(await heardBy(world, 'notice.started')).toEqual(['CALLSTAFF', ROOM, 'CSALES']);
    t.slack.groupMembers = groupMembers;
    t.clock.set(minute(45));
    await db.execute('update timetable set not_before = null');
    await t.settle();
    expect(await heardBy(world, 'notice.started')).toEqual(EVERYBODY);
    const next = `Next: an update at <!date^${minute(50).getTime() / 1_000}^`;
    expect(t.slack.to('UEMMA').at(-1)?.message.text).toContain(next);
  });

  test('nobody hears of a start whose work has ended', async () => {
    const world = await scheduled(10);
    const { t, upgrade } = world;
    t.slack.groupMembers = async () => {
      throw new SlackFailure('passing', 'usergroups.users.list', 'ECONNREFUSED');
    };
    await startUpgrade(t.context, dana, upgrade.id);
    await t.settle();
    await verifyUpgrade(t.context, dana, upgrade.id);
    const passed = upgrade.plan.acceptance.map((_, index) => index + 1);
    await completeUpgrade(t.context, dana, upgrade.id, { passed });
    t.slack.groupMembers = async () => ['ULENA'];
    await db.execute('update timetable set not_before = null');
    await t.settle();
    expect(await heardBy(world, 'notice.started')).toEqual(['CALLSTAFF', ROOM, 'CSALES']);
    const rows = await listRows(db, upgrade.teamId, upgrade.id);
    expect(rows.find(({ kind }) => kind === 'notice.started')).toMatchObject({ state: 'skipped' });
  });
});
