import { describe, expect, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { listDeliveries, retryFailed } from '../outbox/index.ts';
import { getRecord } from '../record/index.ts';
import { harbour } from '../sandbox/organisation.ts';
import { SlackFailure } from '../slack/failure.ts';
import { listRows } from '../timetable/index.ts';
import { cancelUpgrade } from '../upgrade/cancel-upgrade.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { rescheduleUpgrade } from '../upgrade/reschedule-upgrade.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { notices } from './index.ts';
import { previewNotices } from './preview.ts';

const { db } = await testDatabase();
const dana = by('dana');
const at = (text: string) => new Date(`${text}Z`);
const EARLY = at('2026-11-20T09:00');
const START = at('2026-12-05T21:00');
const ROOM = 'CCRMUPGRADE';
const PEOPLE = ['UARJUN', 'UEMMA', 'ULENA', 'UMIKE', 'USUNIL', 'UTOM'];
const AUDIENCE = ['CALLSTAFF', 'CSALES', ...PEOPLE];
const ROLES = ['UCARL', 'UDANA', 'UHUGO', 'UOLGA', 'UPETRA', 'UPRIYA', 'USAM', 'UUMA'];

const rig = (now = EARLY) => testContext(db, [notices], now);

async function scheduled(t: TestContext, change?: (plan: ResolvedPlan) => ResolvedPlan): Promise<Upgrade> {
  const draft = await draftOf(t, change);
  const { upgrade } = await scheduleUpgrade(t.context, dana, draft.id);
  await t.settle();
  return upgrade;
}

/** Who was sent this kind of message, in this slot; each as often as it was sent. */
async function told({ teamId, id }: Upgrade, kind: string, slot?: string): Promise<string[]> {
  return (await listDeliveries(db, teamId, id))
    .filter((each) => each.kind === kind && (slot === undefined || each.slot === slot))
    .map(({ target, state }) => (state === 'sent' ? target : `${target} ${state}`))
    .sort();
}

async function rowStates({ teamId, id }: Upgrade): Promise<string[]> {
  const rows = (await listRows(db, teamId, id)).filter(({ kind }) => kind === 'notice');
  return rows.map(({ slot, state }) => `${slot} ${state}`);
}

/** What this person or channel heard of this upgrade, oldest first. */
const said = (t: TestContext, of: Upgrade, target: string): string[] =>
  t.slack
    .to(target)
    .map(({ message }) => message.text)
    .filter((text) => text.startsWith(`${keyOf(of)}:`));

describe('ahead of the window', () => {
  test('everybody hears it 7 days, 1 day, 1 hour and 15 minutes before, to the minute', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(START);
    const sent = (await listDeliveries(db, upgrade.teamId, upgrade.id)).filter(
      (each) => each.target === 'CSALES',
    );
    expect(sent.map(({ slot, sentAt }) => [slot, sentAt])).toEqual([
      ['1:7d', at('2026-11-28T21:00')],
      ['1:1d', at('2026-12-04T21:00')],
      ['1:1h', at('2026-12-05T20:00')],
      ['1:15m', at('2026-12-05T20:45')],
    ]);
    for (const slot of ['1:7d', '1:1d', '1:1h', '1:15m'])
      expect(await told(upgrade, 'notice', slot)).toEqual(AUDIENCE);
  });

  test('the first one says it all, the others are short and say what really remains', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(START);
    const [first = '', day, hour, quarter] = said(t, upgrade, 'UEMMA');
    for (const part of [
      `${keyOf(upgrade)}: CRM 8 to CRM 9`,
      'from 8.4.2 to 9.0.1 in 7 days',
      'unavailable for about 2 h',
      'security fixes after 31 January',
      'Do not enter or import data',
      'share one search',
      'Hugo Meyer',
      '<#CCRMHELP>',
      '<!date^1796504400^{date_short_pretty} {time}|2026-12-05 22:00 Europe/Berlin>',
    ])
      expect(first).toContain(part);
    expect(day).toContain('starts in 1 day');
    expect(hour).toContain('starts in 1 h.');
    expect(quarter).toContain('starts in 15 min');
    expect(quarter).not.toContain('share one search');
  });

  test('a person in two groups and on the list gets one message; who cannot read it is on the record', async () => {
    const t = await rig();
    const groups = ['SFIELDSALES', 'SDBA'];
    const upgrade = await scheduled(t, (plan) => ({
      ...plan,
      audience: { ...plan.audience, groups, users: ['ULENA', 'UEMMA'] },
    }));
    const members = harbour.groups.find(({ id }) => id === 'SFIELDSALES')?.users ?? [];
    t.slack.groupMembers = async (group) =>
      group === 'SDBA' ? ['ULENA', 'UGONE', 'UBUILDBOT', 'UNOBODY'] : members;
    await t.passUntil(at('2026-11-28T21:00'));
    expect(await told(upgrade, 'notice')).toEqual(AUDIENCE);
    const record = await getRecord(db, upgrade.teamId, upgrade.id);
    expect(record.find(({ fact }) => fact === 'audience.resolved')?.data).toMatchObject({
      channels: 2,
      people: 6,
      leftOut: [
        { target: 'UGONE', why: 'the account is deactivated' },
        { target: 'UBUILDBOT', why: 'the account is a bot' },
        { target: 'UNOBODY', why: 'Slack does not know this account any more' },
      ],
    });
  });

  test('who joins a group later gets the whole announcement, not a reminder of what they never heard', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(at('2026-12-01T00:00'));
    t.slack.groupMembers = async () => ['ULENA', 'UZOE'];
    await t.passUntil(at('2026-12-05T20:00'));
    expect(await told(upgrade, 'notice', '1:1d')).toEqual(['CALLSTAFF', 'CSALES', 'UEMMA', 'ULENA', 'UZOE']);
    expect(said(t, upgrade, 'UZOE')).toEqual([
      expect.stringContaining('Why:'),
      expect.stringContaining('starts in 1 h'),
    ]);
  });

  test('a group that was deleted keeps nobody else from hearing', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    t.slack.groupMembers = async () => {
      throw new SlackFailure('refused', 'usergroups.users.list', 'no_such_subteam');
    };
    await t.passUntil(at('2026-11-28T21:00'));
    expect(await told(upgrade, 'notice')).toEqual(['CALLSTAFF', 'CSALES', 'UEMMA']);
  });

  test('the token is revoked while a group is read → nobody is left out, it waits for access', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    const { groupMembers } = t.slack;
    t.slack.groupMembers = async () => {
      throw new SlackFailure('refused', 'usergroups.users.list', 'token_revoked');
    };
    t.clock.set(at('2026-11-28T21:00'));
    await t.settle();
    expect(await told(upgrade, 'notice')).toEqual([]);
    t.slack.groupMembers = groupMembers;
    await db.execute(`update timetable set not_before = null where upgrade_id = ${upgrade.id}`);
    await t.settle();
    expect(await told(upgrade, 'notice')).toEqual(AUDIENCE);
  });
});

describe('late', () => {
  test('scheduled three days before → the 7-day notice is skipped on the record, the next one announces', async () => {
    const t = await rig(at('2026-12-02T12:00'));
    const upgrade = await scheduled(t);
    expect(await told(upgrade, 'notice')).toEqual([]);
    expect(await rowStates(upgrade)).toEqual([
      '1:7d skipped',
      '1:1d planned',
      '1:1h planned',
      '1:15m planned',
    ]);
    const record = await getRecord(db, upgrade.teamId, upgrade.id);
    expect(record.filter(({ fact }) => fact === 'timetable.skipped')).toMatchObject([
      { data: { slot: '1:7d', reason: expect.stringContaining('passed already') } },
    ]);
    await t.passUntil(at('2026-12-04T21:00'));
    expect(said(t, upgrade, 'UEMMA')).toEqual([expect.stringContaining('Why:')]);
  });

  test('an outage over three notices → the latest alone, with the time that really remains', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    t.clock.set(at('2026-12-05T20:20'));
    await t.settle();
    expect(await rowStates(upgrade)).toEqual(['1:7d skipped', '1:1d skipped', '1:1h done', '1:15m planned']);
    expect(said(t, upgrade, 'CSALES')).toEqual([expect.stringContaining('in 40 min')]);
  });

  test('an outage beyond the start → nothing is sent any more', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    t.clock.set(at('2026-12-05T21:01'));
    await t.settle();
    expect(await rowStates(upgrade)).toEqual(
      ['1:7d', '1:1d', '1:1h', '1:15m'].map((slot) => `${slot} skipped`),
    );
    expect(await told(upgrade, 'notice')).toEqual([]);
  });

  test('started early → reminders are skipped, with the reason', async () => {
    const t = await rig(at('2026-12-05T20:50'));
    const upgrade = await scheduled(t, (plan) => ({
      ...plan,
      communication: { ...plan.communication, notices: [5] },
    }));
    await startUpgrade(t.context, dana, upgrade.id);
    await t.passUntil(START);
    expect(await told(upgrade, 'notice')).toEqual([]);
    const rows = await listRows(db, upgrade.teamId, upgrade.id);
    expect(rows.filter(({ kind }) => kind === 'notice').at(-1)).toMatchObject({
      state: 'skipped',
      reason: 'the upgrade is in progress by now',
    });
  });
});

describe('moved and cancelled', () => {
  test('moved → exactly those told, and those with a role, hear old and new time and why, and are reminded of the new one', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(at('2026-12-01T00:00'));
    t.slack.groupMembers = async () => ['UZOE'];
    const next = at('2026-12-12T21:00');
    await rescheduleUpgrade(t.context, dana, upgrade.id, next, 'The vendor is late');
    await t.settle();
    expect(await told(upgrade, 'notice.moved')).toEqual([ROOM, ...AUDIENCE, ...ROLES].sort());
    const [message = ''] = said(t, upgrade, 'UARJUN').slice(-1);
    expect(message).toContain('New time: <!date^1797109200^');
    expect(message).toContain('Old time, no longer valid: <!date^1796504400^');
    expect(message).toContain('The vendor is late');
    await t.passUntil(next);
    expect(await told(upgrade, 'notice', '1:1d')).toEqual([]);
    expect(await told(upgrade, 'notice', '2:1d')).toEqual(['CALLSTAFF', 'CSALES', 'UEMMA', 'UZOE']);
    expect(said(t, upgrade, 'UZOE')[0]).not.toContain('1796504400');
    expect(said(t, upgrade, 'UEMMA').at(-1)).toContain('Moved from: <!date^1796504400^');
  });

  test('moved before anybody was told → only the room and those with a role hear of the old time', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await rescheduleUpgrade(t.context, dana, upgrade.id, at('2026-12-12T21:00'));
    await t.settle();
    expect(await told(upgrade, 'notice.moved')).toEqual([ROOM, ...ROLES]);
  });

  test('refused, moved again, and only then tried again → nobody hears of the time between', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    t.slack.failNext.push({ failure: new SlackFailure('refused', 'chat.postMessage', 'not_in_channel') });
    await rescheduleUpgrade(t.context, dana, upgrade.id, at('2026-12-12T21:00'));
    await t.settle();
    const all = await listDeliveries(db, upgrade.teamId, upgrade.id);
    const failed = all.find(({ state }) => state === 'failed');
    if (failed?.kind !== 'notice.moved') throw new Error(`${failed?.kind} failed`);
    const last = at('2026-12-19T21:00');
    await rescheduleUpgrade(t.context, dana, upgrade.id, last);
    await transact(t.context, (unit) => retryFailed(unit, failed));
    await t.settle();
    expect(said(t, upgrade, failed.target).filter((text) => text.includes('has been moved'))).toEqual([
      expect.stringContaining(`<!date^${last.getTime() / 1_000}^`),
    ]);
    const record = await getRecord(db, upgrade.teamId, upgrade.id);
    expect(record.filter(({ fact }) => fact === 'message.withdrawn')).toMatchObject([
      { data: { target: failed.target, reason: 'the window was moved again' } },
    ]);
  });

  test('cancelled → the same people hear why, and nothing more comes', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(at('2026-11-29T00:00'));
    await cancelUpgrade(t.context, dana, upgrade.id, 'The test failed');
    await t.passUntil(START);
    expect(await told(upgrade, 'notice.cancelled')).toEqual([ROOM, ...AUDIENCE, ...ROLES].sort());
    expect(said(t, upgrade, 'CSALES').at(-1)).toContain('The test failed');
    expect(await rowStates(upgrade)).toEqual([
      '1:7d done',
      '1:1d cancelled',
      '1:1h cancelled',
      '1:15m cancelled',
    ]);
  });

  test('a draft that nobody heard of is cancelled in silence', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    await cancelUpgrade(t.context, dana, draft.id);
    await t.settle();
    expect(await listDeliveries(db, draft.teamId, draft.id)).toEqual([]);
  });
});

describe('while Slack cannot be reached', () => {
  const retry = async (t: TestContext) => {
    t.slack.unreachable = false;
    await db.execute('update outbox set not_before = null');
    await t.settle();
  };

  test('a notice that gets through late says what really remains', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(at('2026-12-05T19:59'));
    t.slack.unreachable = true;
    await t.passUntil(at('2026-12-05T20:20'));
    expect(await told(upgrade, 'notice', '1:1h')).toEqual(AUDIENCE.map((target) => `${target} pending`));
    await retry(t);
    expect(said(t, upgrade, 'CSALES').at(-1)).toContain('starts in 40 min');
  });

  test('one that the next has overtaken is not sent any more, and that is on the record', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    await t.passUntil(at('2026-12-05T19:59'));
    t.slack.unreachable = true;
    await t.passUntil(at('2026-12-05T20:50'));
    await retry(t);
    expect(await told(upgrade, 'notice', '1:1h')).toEqual(AUDIENCE.map((target) => `${target} cancelled`));
    expect(await told(upgrade, 'notice', '1:15m')).toEqual(AUDIENCE);
    expect(said(t, upgrade, 'CSALES').at(-1)).toContain('starts in 10 min');
    const record = await getRecord(db, upgrade.teamId, upgrade.id);
    expect(record.filter(({ fact }) => fact === 'message.withdrawn')).toHaveLength(AUDIENCE.length);
  });

  test('moved again, or cancelled, meanwhile → nobody hears of the time between', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    const taken = [ROOM, ...ROLES].map((target) => `${target} cancelled`);
    t.slack.unreachable = true;
    await rescheduleUpgrade(t.context, dana, upgrade.id, at('2026-12-12T21:00'));
    await t.settle();
    await rescheduleUpgrade(t.context, dana, upgrade.id, at('2026-12-19T21:00'));
    await t.settle();
    expect(await told(upgrade, 'notice.moved', '2')).toEqual(taken);
    await cancelUpgrade(t.context, dana, upgrade.id);
    await retry(t);
    expect(await told(upgrade, 'notice.moved', '3')).toEqual(taken);
    expect(await told(upgrade, 'notice.cancelled')).toEqual([ROOM, ...ROLES]);
  });

  test('moved meanwhile → who never got the notice hears nothing of the old time', async () => {
    const t = await rig();
    const upgrade = await scheduled(t);
    t.slack.unreachable = true;
    await t.passUntil(at('2026-11-28T21:05'));
    await rescheduleUpgrade(t.context, dana, upgrade.id, at('2026-12-12T21:00'));
    await retry(t);
    expect(await told(upgrade, 'notice.moved')).toEqual([ROOM, ...ROLES]);
    await t.passUntil(at('2026-12-05T21:05'));
    expect(said(t, upgrade, 'CSALES')).toHaveLength(1);
    expect(said(t, upgrade, 'CSALES')[0]).not.toContain('1796504400');
  });
});

describe('the preview', () => {
  test('shows every notice with time and addressees, and which will not be sent', async () => {
    const t = await rig(at('2026-12-05T00:00'));
    const items = (await previewNotices(t.context, await draftOf(t))).filter(
      ({ what }) => !what.startsWith('role'),
    );
    expect(
      items.map(({ what, at: time, skipped }) => [what, time?.toISOString().slice(0, 16), skipped]),
    ).toEqual([
      ['announcement, 7d before', '2026-11-28T21:00', 'its time has passed already'],
      ['announcement, 1d before', '2026-12-04T21:00', 'its time has passed already'],
      ['announcement, 1h before', '2026-12-05T20:00', undefined],
      ['reminder, 15m before', '2026-12-05T20:45', undefined],
      ['only where it has not been started by then', '2026-12-05T21:05', undefined],
      ['only where it has not been started by then', '2026-12-05T21:30', undefined],
      ['only where it has not been started by then', '2026-12-05T21:30', undefined],
      ['started', '2026-12-05T21:00', undefined],
      ['completed', undefined, undefined],
    ]);
    expect(items[0]?.to).toBe('#all-staff, #sales and 6 people in direct messages');
  });

  test('after scheduling tells of the rows themselves', async () => {
    const t = await rig(at('2026-12-05T00:00'));
    const items = await previewNotices(t.context, await scheduled(t));
    expect(items.slice(0, 3).map(({ skipped }) => skipped?.includes('window was scheduled'))).toEqual([
      true,
      true,
      undefined,
    ]);
  });
});
