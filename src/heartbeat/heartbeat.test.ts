import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { by, draftOf, silentJobs, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { type Delivery, listDeliveries } from '../outbox/index.ts';
import { outbox } from '../outbox/tables.ts';
import { getRecord } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { listRows, type Row } from '../timetable/index.ts';
import { timetable } from '../timetable/tables.ts';
import { completeUpgrade } from '../upgrade/complete-upgrade.ts';
import { moveToRollingBack } from '../upgrade/move-to-rolling-back.ts';
import { openIssue } from '../upgrade/open-issue.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { reportRolledBack } from '../upgrade/report-rolled-back.ts';
import { reportStatus } from '../upgrade/report-status.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import { lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { verifyUpgrade } from '../upgrade/verify-upgrade.ts';
import { heartbeat } from './index.ts';
import { previewHeartbeats } from './preview.ts';
import { sendHeartbeat } from './send-heartbeat.ts';

const { db } = await testDatabase();
const dana = by('dana');
const uma = by('uma');
const START = new Date('2026-12-05T21:00:00Z');
const MINUTE = 60_000;
const minute = (minutes: number, start = START) => new Date(start.getTime() + minutes * MINUTE);

// The windows of other tests have no say in this one.
beforeEach(async () => {
  await db.delete(timetable);
});

/** An upgrade whose work begins at its planned start. */
async function running(
  change: (plan: ResolvedPlan) => ResolvedPlan = (plan) => plan,
  early = new Date('2026-10-01T09:00:00Z'),
): Promise<TestContext & { upgrade: Upgrade }> {
  const t = await testContext(db, [heartbeat], early);
  const draft = await draftOf(t, change);
  await scheduleUpgrade(t.context, dana, draft.id);
  t.clock.set(draft.startsAt);
  const upgrade = await startUpgrade(t.context, dana, draft.id);
  return { ...t, upgrade };
}

const startingAt =
  (start: string, timezone: string) =>
  (plan: ResolvedPlan): ResolvedPlan => ({ ...plan, window: { ...plan.window, start, timezone } });

async function sent({ teamId, id }: Upgrade, kind = 'heartbeat'): Promise<Delivery[]> {
  return (await listDeliveries(db, teamId, id)).filter((each) => each.kind === kind && each.state === 'sent');
}

const texts = (deliveries: Delivery[]): string[] => deliveries.map(({ message }) => message?.text ?? '');

async function rowOf({ teamId, id }: Upgrade, kind: string, slot: string): Promise<Row | undefined> {
  return (await listRows(db, teamId, id)).find((each) => each.kind === kind && each.slot === slot);
}

/** Ends the work well: verified, and every acceptance check passed. */
async function complete(t: TestContext, upgrade: Upgrade): Promise<void> {
  await verifyUpgrade(t.context, dana, upgrade.id);
  const passed = upgrade.plan.acceptance.map((_, index) => index + 1);
  await completeUpgrade(t.context, dana, upgrade.id, { passed });
}

test('one is given up → the next comes at its time, and says so', async () => {
  const t = await running();
  const { teamId, id } = t.upgrade;
  await db.execute(
    `update timetable set payload = '"broken"' where upgrade_id = ${id} and kind = 'heartbeat'`,
  );
  t.clock.set(minute(30));
  for (let attempt = 0; attempt < 8; attempt++) {
    await db.execute(`update timetable set not_before = null where upgrade_id = ${id}`);
    await t.settle();
  }
  const beats = (await listRows(db, teamId, id)).filter(({ kind }) => kind === 'heartbeat');
  expect(beats.map(({ slot, state }) => [slot, state])).toEqual([
    ['1', 'failed'],
    ['2', 'planned'],
  ]);
  await t.passUntil(minute(60));
  expect((await sent(t.upgrade)).map(({ slot }) => slot)).toEqual(['2']);
  const missed = (await getRecord(db, teamId, id)).filter(({ fact }) => fact === 'heartbeat.missed');
  expect(missed).toMatchObject([{ data: { count: 1, first: minute(30).toISOString() } }]);
});

describe('every half hour', () => {
  test('the room hears where things stand, with the line that was given', async () => {
    const t = await running();
    await t.passUntil(minute(20));
    await reportStatus(t.context, uma, t.upgrade.id, 'Backup done, migration begins');
    await openIssue(t.context, dana, t.upgrade.id, 'Two reports print twice');
    await t.passUntil(minute(30));
    const [text = ''] = texts(await sent(t.upgrade));
    for (const part of [
      'CRM 8 to CRM 9 is in progress.',
      'Backup done, migration begins',
      '<@UUMA>, <!date^1796505600^',
      'Open issues: 1\n• #1 Two reports print twice',
      '30 min elapsed, 4 h 15 min left. Planned now: final backup, until <!date^1796507100^',
      'Point of no return: <!date^1796514300^',
      'in 2 h 15 min',
      'Next update: <!date^1796508000^',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('No update');
  });

  test('without a line it is on time and honest, and calls the lead, then the sponsor', async () => {
    const t = await running();
    await t.passUntil(minute(10));
    await reportStatus(t.context, uma, t.upgrade.id, 'All well');
    await t.passUntil(minute(120));
    const [first, second = '', third = '', fourth = ''] = texts(await sent(t.upgrade));
    expect(first).toContain('All well');
    expect(second).toContain('No update from <@UUMA> since <!date^1796505000^');
    expect(second).toContain('Open issues: none');
    expect(second).not.toContain('<@UDANA>');
    expect(third).toContain('<@UDANA>: 2 updates in a row had no news');
    expect(third).not.toContain('<@UPRIYA>');
    expect(fourth).toContain('<@UDANA>, <@UPRIYA>: 3 updates in a row had no news');
    const record = await getRecord(db, t.upgrade.teamId, t.upgrade.id);
    expect(record.filter(({ fact }) => fact === 'heartbeat.silent')).toMatchObject([
      { data: { inARow: 1 } },
      { data: { inARow: 2 } },
      { data: { inARow: 3, since: minute(10).toISOString() } },
    ]);
  });

  test('a line given in the very moment of a heartbeat is news once, in the next one', async () => {
    const t = await running();
    await t.passUntil(minute(30));
    await reportStatus(t.context, uma, t.upgrade.id, 'At the stroke');
    await t.passUntil(minute(90));
    const shown = texts(await sent(t.upgrade)).map((text) => text.includes('At the stroke'));
    expect(shown).toEqual([false, true, false]);
  });

  test.each([
    ['Europe/Berlin', '2027-03-27T22:00', '2027-03-27T21:00:00Z'],
    ['Europe/Berlin', '2026-10-24T22:00', '2026-10-24T20:00:00Z'],
    ['America/New_York', '2026-10-31T22:00', '2026-11-01T02:00:00Z'],
    ['America/New_York', '2027-03-13T22:00', '2027-03-14T03:00:00Z'],
  ])('a change of clocks in %s during a window from %s bends nothing', async (zone, local, start) => {
    const t = await running(startingAt(local, zone));
    const from = new Date(start);
    await t.passUntil(minute(330, from));
    const all = await sent(t.upgrade);
    expect(all.map(({ sentAt }) => sentAt)).toEqual(
      Array.from({ length: 11 }, (_, index) => minute(30 * (index + 1), from)),
    );
    expect(texts(all).at(-1)).toContain('45 min past the planned end');
  });

  test('the plan may ask for another pace', async () => {
    const t = await running((plan) => ({ ...plan, communication: { ...plan.communication, heartbeat: 5 } }));
    await t.passUntil(minute(11));
    expect((await sent(t.upgrade)).map(({ sentAt }) => sentAt)).toEqual([minute(5), minute(10)]);
    expect((await sent(t.upgrade, 'heartbeat.ask')).map(({ sentAt }) => sentAt)).toEqual([
      minute(3),
      minute(8),
    ]);
  });
});

describe('outages and doubles', () => {
  test('two hours down → one catch-up that says so, then the usual pace', async () => {
    const t = await running();
    await t.passUntil(minute(30));
    t.clock.set(minute(155));
    await t.settle();
    const [, catchUp, ...more] = await sent(t.upgrade);
    expect(more).toEqual([]);
    expect(catchUp).toMatchObject({ slot: '5', plannedFor: minute(150), sentAt: minute(155) });
    const [, text] = texts(await sent(t.upgrade));
    expect(text).toContain('Watchbell could not run, and 3 updates (<!date^1796508000^');
    expect(text).toContain('2 h 35 min elapsed');
    expect(await rowOf(t.upgrade, 'heartbeat.ask', '2')).toMatchObject({ state: 'skipped' });
    await t.passUntil(minute(180));
    expect((await sent(t.upgrade)).map(({ slot }) => slot)).toEqual(['1', '5', '6']);
    const record = await getRecord(db, t.upgrade.teamId, t.upgrade.id);
    expect(record.find(({ fact }) => fact === 'heartbeat.missed')?.data).toEqual({
      count: 3,
      first: minute(60).toISOString(),
      last: minute(120).toISOString(),
    });
  });

  test('ten minutes down → the same heartbeat, which says that it is late', async () => {
    const t = await running();
    t.clock.set(minute(40));
    await t.settle();
    const [late, ...more] = await sent(t.upgrade);
    expect(more).toEqual([]);
    expect(late).toMatchObject({ slot: '1', plannedFor: minute(30), sentAt: minute(40) });
    expect(late?.message?.text).toContain('This update is 10 min late: Watchbell could not run.');
  });

  test('a line whose heartbeat was overtaken before it could be sent → the next one carries it', async () => {
    const t = await running();
    await t.passUntil(minute(27));
    await reportStatus(t.context, uma, t.upgrade.id, 'Backup done, migration begins');
    const anHour = { retryAfter: 3_600 };
    t.slack.failNext.push({
      failure: new SlackFailure('limited', 'chat.postMessage', 'ratelimited', anHour),
    });
    await t.passUntil(minute(60));
    expect(await sent(t.upgrade)).toEqual([]);
    await db.update(outbox).set({ notBefore: null }).where(eq(outbox.upgradeId, t.upgrade.id));
    await t.passUntil(minute(90));
    const shown = texts(await sent(t.upgrade)).map((text) => text.includes('Backup done, migration begins'));
    expect((await sent(t.upgrade)).map(({ slot }) => slot)).toEqual(['2', '3']);
    expect(shown).toEqual([true, false]);
    const record = await getRecord(db, t.upgrade.teamId, t.upgrade.id);
    expect(record.filter(({ fact }) => fact === 'heartbeat.silent')).toMatchObject([{ data: { inARow: 1 } }]);
  });

  test('a row that is handled twice → one message, one next heartbeat', async () => {
    const t = await running();
    await t.passUntil(minute(30));
    const row = await rowOf(t.upgrade, 'heartbeat', '1');
    if (!row) throw new Error('no heartbeat was planned');
    await transact(t.context, (unit) => sendHeartbeat.decide(unit, row, undefined));
    await t.settle();
    expect(await sent(t.upgrade)).toHaveLength(1);
    const rows = await listRows(db, t.upgrade.teamId, t.upgrade.id);
    expect(rows.filter(({ kind }) => kind === 'heartbeat').map(({ slot }) => slot)).toEqual(['1', '2']);
  });

  test('the bell is hung at the start and with each heartbeat, and taken down at the end', async () => {
    const t = await testContext(db, [heartbeat], new Date('2026-10-01T09:00:00Z'));
    const bells: string[] = [];
    const context = {
      ...t.context,
      jobs: {
        ...silentJobs,
        startBell: async (...[topic, id, start, every]: Parameters<typeof silentJobs.startBell>) => {
          bells.push(`${topic} ${id} ${start.toISOString()} ${every}`);
        },
        stopBell: async (id: string) => {
          bells.push(`stop ${id}`);
        },
      },
    };
    const draft = await draftOf(t);
    await scheduleUpgrade(context, dana, draft.id);
    t.clock.set(START);
    const upgrade = await startUpgrade(context, dana, draft.id);
    const row = await rowOf(upgrade, 'heartbeat', '1');
    if (!row) throw new Error('no heartbeat was planned');
    t.clock.set(minute(30));
    await transact(context, (unit) => sendHeartbeat.decide(unit, row, undefined));
    await complete({ ...t, context }, upgrade);
    const hung = `timetable bell-${upgrade.id} ${START.toISOString()} ${30 * MINUTE}`;
    expect(bells).toEqual([hung, hung, `stop bell-${upgrade.id}`]);
  });
});

describe('the communicator', () => {
  test('is asked five minutes ahead, and shown the line that is there', async () => {
    const t = await running();
    await t.passUntil(minute(50));
    await reportStatus(t.context, dana, t.upgrade.id, 'Tables are being copied');
    await t.passUntil(minute(55));
    const asks = await sent(t.upgrade, 'heartbeat.ask');
    expect(asks.map(({ target, sentAt }) => [target, sentAt])).toEqual([
      ['UUMA', minute(25)],
      ['UUMA', minute(55)],
    ]);
    const [first = '', second = ''] = texts(asks);
    expect(first).toContain('in 5 min');
    expect(first).toContain('One sentence is enough');
    expect(second).toContain('Tables are being copied');
    expect(asks[0]?.message?.blocks.at(-1)).toMatchObject({
      elements: [{ action_id: 'upgrade.status', value: String(t.upgrade.id) }],
    });
  });
});

describe('the end', () => {
  test('completed → no more heartbeats, questions or words about the end', async () => {
    const t = await running();
    await t.passUntil(minute(65));
    await complete(t, t.upgrade);
    const before = t.slack.posts.length;
    await t.passUntil(minute(400));
    expect(t.slack.posts).toHaveLength(before);
    const rows = await listRows(db, t.upgrade.teamId, t.upgrade.id);
    expect(rows.filter(({ state }) => state === 'planned')).toEqual([]);
  });

  test('they go on while it is verified and rolled back, and stop with the old version running', async () => {
    const t = await running();
    await verifyUpgrade(t.context, dana, t.upgrade.id);
    await t.passUntil(minute(30));
    await transact(t.context, async (unit) =>
      moveToRollingBack(unit, await lockUpgrade(unit, t.upgrade.teamId, t.upgrade.id)),
    );
    await t.passUntil(minute(60));
    await reportRolledBack(t.context, dana, t.upgrade.id);
    await t.passUntil(minute(400));
    const [verifying = '', rollingBack = '', ...more] = texts(await sent(t.upgrade));
    expect(verifying).toContain('is being verified.');
    expect(rollingBack).toContain('is being rolled back');
    expect(rollingBack).not.toContain('Point of no return');
    expect(more).toEqual([]);
  });

  test('the planned end with work open → the lead is asked once; the heartbeats say by how much it is over', async () => {
    const t = await running();
    await t.passUntil(minute(331));
    const questions = await sent(t.upgrade, 'window.end');
    expect(questions).toMatchObject([{ target: 'CCRMUPGRADE', sentAt: minute(285) }]);
    expect(texts(questions)[0]).toContain('ends now, and CRM 8 to CRM 9 is in progress');
    expect(texts(questions)[0]).toContain('<@UDANA>, what now?');
    const last = texts(await sent(t.upgrade)).at(-1);
    expect(last).toContain('45 min past the planned end');
    expect(last).toContain('a rollback no longer fits');
  });

  test('in the minute of a heartbeat, the question names the update after it', async () => {
    const t = await testContext(db, [heartbeat], new Date('2026-10-01T09:00:00Z'));
    const draft = await draftOf(t, (plan) => ({
      ...plan,
      communication: { ...plan.communication, heartbeat: 15 },
    }));
    await scheduleUpgrade(t.context, dana, draft.id);
    t.clock.set(new Date(START.getTime() + 800));
    const upgrade = await startUpgrade(t.context, dana, draft.id);
    await t.passUntil(minute(286));
    const [question = ''] = texts(await sent(upgrade, 'window.end'));
    expect(question).toContain(`Next update: <!date^${minute(300).getTime() / 1_000}^`);
  });

  test('asked late, it says how late', async () => {
    const t = await running();
    t.clock.set(minute(405));
    await t.settle();
    expect(texts(await sent(t.upgrade, 'window.end'))[0]).toContain('ended 2 h ago');
  });
});

test('the preview shows a heartbeat with a line and without, and both questions', async () => {
  const t = await testContext(db, [heartbeat], new Date('2026-10-01T09:00:00Z'));
  const draft = await draftOf(t);
  const { room } = draft.plan.channels;
  const items = await previewHeartbeats(t.context, draft);
  expect(items.map(({ at, to }) => [at, to])).toEqual([
    [minute(25), 'UUMA'],
    [minute(30), room],
    [minute(30), room],
    [minute(285), room],
  ]);
  expect(items[2]?.message.text).toContain('No update from <@UUMA>');
});
