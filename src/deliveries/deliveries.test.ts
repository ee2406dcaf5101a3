import { beforeEach, describe, expect, test } from 'vitest';
import { callBy } from '../../test/support/call.ts';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact, watchbell } from '../context.ts';
import { cancelDeliveries, enqueue, listDeliveries, touch } from '../outbox/index.ts';
import { append, getRecord } from '../record/index.ts';
import { checkContent } from '../sandbox/validate/message.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { Message } from '../slack/message.ts';
import { sayText } from '../slack/reply.ts';
import { cancelRows, handler, planRows } from '../timetable/index.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { deliveries } from './index.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T22:00:00Z');
const broken = handler({ kind: 'broken', decide: () => Promise.reject(new Error('a defect')) });
const skipping = handler({
  kind: 'notice',
  decide: async () => ({ skipped: 'the planned start has passed' }),
});

let t: TestContext;
let upgrade: Upgrade;
beforeEach(async () => {
  await db.execute(`update outbox set state = 'cancelled' where state = 'pending'`);
  t = await testContext(
    db,
    [deliveries, { handlers: [broken, skipping], renderers: { live: async () => sayText('as it is') } }],
    NOW,
  );
  upgrade = await draftOf(t);
});

const minutesAgo = (minutes: number) => new Date(t.clock.now().getTime() - minutes * 60_000);
const say = (
  kind: string,
  target: string,
  plannedFor = t.clock.now(),
  slot = '1',
  lane: 'outbox' | 'bulk' = 'outbox',
) =>
  transact(t.context, (unit) =>
    enqueue(unit, [
      {
        teamId: upgrade.teamId,
        upgradeId: upgrade.id,
        kind,
        slot,
        target,
        message: sayText(kind),
        plannedFor,
        lane,
      },
    ]),
  );
const refuseNext = (reason: string) =>
  t.slack.failNext.push({ failure: new SlackFailure('refused', 'chat.postMessage', reason) });
const failed = async () => {
  const all = await listDeliveries(db, upgrade.teamId, upgrade.id);
  return all.filter(({ state }) => state === 'failed');
};

async function act(name: string, actionId: string, value: string): Promise<Message> {
  const { call, replies } = callBy(t, by(name), { value });
  const action = deliveries.surface?.actions?.find((each) => each.actionId === actionId);
  if (!action) throw new Error(actionId);
  await action.run(call);
  const [answer] = replies;
  if (!answer) throw new Error('no answer');
  expect(() => checkContent({ ...answer })).not.toThrow();
  return answer;
}
const ledger = async (name = 'mia') => (await act(name, 'delivery.ledger', String(upgrade.id))).text;
const buttonsOf = (message: Message) =>
  message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

describe('a message that Slack refuses', () => {
  test('reaches the lead with a button, and goes out by it once it is mended; two clicks are one', async () => {
    refuseNext('not_in_channel');
    await say('started', 'CSALES');
    await say('heartbeat', 'CSALES');
    await t.settle();
    expect(t.slack.to('CSALES').map(({ message }) => message.text)).toEqual(['heartbeat']);
    const [told] = t.slack.to('UDANA');
    const [button] = told ? buttonsOf(told.message) : [];
    expect(button).toMatchObject({ action_id: 'delivery.retry', value: (await failed())[0]?.id });

    const value = (await failed())[0]?.id ?? '';
    const answers = await Promise.all([
      act('dana', 'delivery.retry', value),
      act('uma', 'delivery.retry', value),
    ]);
    await t.settle();
    expect(answers.map(({ text }) => text.includes('goes out again now')).sort()).toEqual([false, true]);
    expect(t.slack.to('CSALES').map(({ message }) => message.text)).toEqual(['heartbeat', 'started']);
    expect(await failed()).toEqual([]);
    const facts = (await getRecord(db, upgrade.teamId, upgrade.id)).map(({ fact }) => fact);
    expect(facts.filter((fact) => fact === 'message.retried')).toHaveLength(1);
  });

  test('at every change of a live message is told once', async () => {
    const live = {
      teamId: upgrade.teamId,
      upgradeId: upgrade.id,
      kind: 'live',
      slot: 'room',
      target: 'CSALES',
    };
    for (let change = 0; change < 3; change++) {
      refuseNext('is_archived');
      await transact(t.context, (unit) => touch(unit, live));
      await t.settle();
    }
    expect(t.slack.to('UDANA')).toHaveLength(1);
  });

  test('of a live message, mended by itself and then refused anew, is told anew', async () => {
    const { teamId, id: upgradeId } = upgrade;
    const live = { teamId, upgradeId, kind: 'live', slot: 'room', target: 'CSALES' };
    for (const reason of ['is_archived', undefined, 'is_archived', 'is_archived']) {
      if (reason) t.slack.update = () => Promise.reject(new SlackFailure('refused', 'chat.update', reason));
      else t.slack.update = async () => {};
      if (reason && t.slack.to('CSALES').length === 0) refuseNext(reason);
      await transact(t.context, (unit) => touch(unit, live));
      await t.settle();
    }
    expect(t.slack.to('UDANA')).toHaveLength(2);
  });

  test('again is told again', async () => {
    refuseNext('is_archived');
    await say('started', 'CSALES');
    await t.settle();
    refuseNext('is_archived');
    await act('dana', 'delivery.retry', (await failed())[0]?.id ?? '');
    await t.settle();
    expect(t.slack.to('UDANA')).toHaveLength(2);
  });

  test.each(['priya', 'mia', 'guest', 'gone'])('is not tried again by %s', async (name) => {
    refuseNext('is_archived');
    await say('started', 'CSALES');
    await t.settle();
    const value = (await failed())[0]?.id ?? '';
    await expect(act(name, 'delivery.retry', value)).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await failed()).toHaveLength(1);
  });

  test.each(['', 'nonsense', crypto.randomUUID()])('is looked for in vain by %j', async (value) => {
    await expect(act('dana', 'delivery.retry', value)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('a planned step that was given up is told to the lead', async () => {
  const row = { teamId: upgrade.teamId, upgradeId: upgrade.id, kind: 'broken', slot: '1', dueAt: NOW };
  await transact(t.context, (unit) => planRows(unit, [row]));
  for (let attempt = 0; attempt < 8; attempt++) {
    await db.execute(`update timetable set not_before = null where upgrade_id = ${upgrade.id}`);
    await t.settle();
  }
  expect(t.slack.to('UDANA').map(({ message }) => message.text)).toEqual([
    expect.stringMatching(/something planned could not be done[\s\S]*broken[\s\S]*a defect/),
  ]);

  t.clock.set(new Date(NOW.getTime() + 60_000));
  await db.execute(`update timetable set state = 'planned' where upgrade_id = ${upgrade.id}`);
  await t.settle();
  expect(t.slack.to('UDANA')).toHaveLength(2);
});

describe('who of the plan cannot be told', () => {
  const resolve = (...leftOut: { target: string; why: string }[]) =>
    transact(t.context, (unit) =>
      append(unit, watchbell(upgrade.teamId), upgrade.id, 'audience.resolved', {
        kind: 'notice',
        slot: '1:7d',
        channels: 1,
        people: 1,
        leftOut,
      }),
    );
  const told = () => t.slack.to('UDANA').map(({ message }) => message.text);
  const gone = { target: 'SFIELDSALES', why: 'Slack does not know this group any more' };

  test('is told to the lead once, and again when it is somebody else', async () => {
    await resolve(gone);
    await resolve(gone);
    await t.settle();
    expect(told()).toEqual([
      expect.stringMatching(/cannot be told[\s\S]*SFIELDSALES[\s\S]*does not know this group/),
    ]);
    await resolve(gone, { target: 'UEMMA', why: 'the account is deactivated' });
    await t.settle();
    expect(told()[1]).toMatch(/<@UEMMA>: the account is deactivated/);
  });

  test('who left a group → no word', async () => {
    await resolve({ target: 'UGONE', why: 'the account is deactivated' });
    await t.settle();
    expect(told()).toEqual([]);
  });
});

describe('a message that gets nowhere', () => {
  const stuck = async () => {
    t.slack.failNext.push({
      failure: new SlackFailure('passing', 'chat.postMessage', 'HTTP 403'),
    });
    await say('heartbeat', 'CSALES');
    await db.execute(`update outbox set attempts = 24 where upgrade_id = ${upgrade.id}`);
    await t.settle();
  };
  const told = () => t.slack.to('UDANA').map(({ message }) => message.text);

  test('is told to the lead while it is still tried', async () => {
    await stuck();
    expect(told()).toEqual([
      expect.stringMatching(/heartbeat message .* has not arrived[\s\S]*goes ahead[\s\S]*HTTP 403/),
    ]);
    await db.execute(`update outbox set not_before = null where upgrade_id = ${upgrade.id}`);
    await t.settle();
    expect(t.slack.to('CSALES')).toHaveLength(1);
  });

  test('and has arrived when that could be said is not spoken of', async () => {
    t.slack.unreachable = true;
    await stuck();
    t.slack.unreachable = false;
    t.slack.failNext.length = 0;
    for (const target of ['CSALES', 'UDANA']) {
      await db.execute(
        `update outbox set not_before = null where upgrade_id = ${upgrade.id} and target = '${target}'`,
      );
      await t.settle();
    }
    expect(told()).toEqual([]);
  });
});

describe('the ledger', () => {
  test('of an upgrade that sent nothing says so', async () => {
    expect(await ledger()).toMatch(/Nothing has failed, nothing waits\. 0 sent\.\n+Nothing more is planned/);
  });

  test('says what failed first, then what waits, what was sent how late, what was left out and what comes', async () => {
    const { teamId, id: upgradeId } = upgrade;
    const row = (kind: string, dueAt: Date) => ({
      teamId,
      upgradeId,
      kind,
      slot: dueAt.toISOString(),
      dueAt,
    });
    const later = new Date(NOW.getTime() + 1_800_000);
    await transact(t.context, (unit) =>
      planRows(unit, [row('notice', minutesAgo(5)), row('heartbeat', later)]),
    );
    refuseNext('is_archived');
    await say('started', 'CSALES');
    await say('started', 'CROOM', minutesAgo(3));
    for (let person = 0; person < 30; person++) await say('survey', `UPERSON${person}`, minutesAgo(1));
    await t.settle();
    t.slack.failNext.push({
      failure: new SlackFailure('limited', 'chat.postMessage', 'ratelimited', { retryAfter: 30 }),
    });
    await say('completed', 'CROOM');
    await t.settle();

    const answer = await act('mia', 'delivery.ledger', String(upgradeId));
    expect(answer.text).toMatch(/1 failed, 1 waiting\. 32 sent: 31 of 32 messages within a minute/);
    expect(answer.text).toMatch(/at worst 3 min late/);
    expect(answer.text).toMatch(
      /1: started for <#CSALES>, planned .*: That channel is archived\. \(is_archived\)/,
    );
    expect(answer.text).toMatch(/completed for <#CROOM>, planned .*ratelimited/);
    expect(answer.text).toMatch(/• survey: 30, up to 1 min late/);
    expect(answer.text).toMatch(/• notice of .*: the planned start has passed/);
    expect(answer.text).toMatch(/Next: heartbeat, .*; 1 planned in all/);
    expect(answer.text.indexOf('Failed')).toBeLessThan(answer.text.indexOf('Waiting'));
    expect(buttonsOf(answer)).toMatchObject([{ action_id: 'delivery.retry.1' }]);
    expect(answer.text.length).toBeLessThan(1_500);
  });

  test('of a fan-out that failed for one reason is one line; the lead is told once, with one button for all of it', async () => {
    const fanOut = async (people: number[]) => {
      for (const person of people) {
        refuseNext('user_disabled');
        await say('survey', `UPERSON${person}`, NOW, '1', 'bulk');
        await t.settle();
      }
    };
    await fanOut([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    refuseNext('is_archived');
    await say('survey', 'CSALES');
    await t.settle();
    expect(t.slack.to('UDANA')).toHaveLength(2);
    const answer = await act('mia', 'delivery.ledger', String(upgrade.id));
    expect(answer.text).toContain('13 failed');
    expect(answer.text).toMatch(
      /2: survey for 12 people or channels, the latest <@UPERSON11>, .*user_disabled/,
    );
    expect(buttonsOf(answer)).toHaveLength(2);

    const [told] = t.slack.to('UDANA');
    const [button] = told ? buttonsOf(told.message) : [];
    const value = button?.type === 'button' ? (button.value ?? '') : '';
    for (let person = 0; person < 12; person++) refuseNext('user_disabled');
    expect((await act('dana', 'delivery.retry', value)).text).toContain('12 survey messages go out again');
    await t.settle();
    expect(t.slack.to('UDANA')).toHaveLength(3);
    expect((await act('dana', 'delivery.retry', value)).text).toContain('12 survey messages go out again');
    await t.settle();
    expect((await failed()).map(({ target }) => target)).toEqual(['CSALES']);
  });

  test('shows what was taken back, and why', async () => {
    const { teamId, id: upgradeId } = upgrade;
    const row = { teamId, upgradeId, slot: '1', dueAt: new Date(NOW.getTime() + 60_000) };
    await transact(t.context, async (unit) => {
      await planRows(unit, [
        { ...row, kind: 'notice' },
        { ...row, kind: 'headline.refresh' },
      ]);
      await cancelRows(unit, upgradeId, ['notice', 'headline.refresh'], 'the window was moved');
    });
    const text = await ledger();
    expect(text).toMatch(/• notice of .*: the window was moved/);
    expect(text).not.toContain('headline');
  });

  test('shows messages that were withdrawn beside steps that were taken back, however many these are', async () => {
    const { teamId, id: upgradeId } = upgrade;
    const steps = [1, 2, 3, 4, 5, 6, 7, 8].map((minutes) => ({
      ...{ teamId, upgradeId, kind: 'notice', slot: String(minutes) },
      dueAt: new Date(NOW.getTime() + minutes * 60_000),
    }));
    await say('heartbeat', 'CSALES');
    await say('heartbeat', 'CROOM');
    await transact(t.context, async (unit) => {
      await planRows(unit, steps);
      await cancelRows(unit, upgradeId, ['notice'], 'the window was moved');
      await cancelDeliveries(unit, upgradeId, ['heartbeat'], 'a newer one takes its place');
    });
    const text = await ledger();
    expect(text).toContain('• heartbeat (2): a newer one takes its place');
    expect(text.match(/• notice of .*: the window was moved/g)).toHaveLength(6);
    expect(text).toMatch(/• and 2 more\n/);
  });

  test('is not for guests', async () => {
    await expect(ledger('guest')).rejects.toMatchObject({ code: 'not_allowed' });
  });
});
