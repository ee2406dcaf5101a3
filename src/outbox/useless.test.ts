import { beforeEach, describe, expect, test } from 'vitest';
import { draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { getRecord } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { sayText } from '../slack/reply.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { cancelDeliveries, enqueue, listDeliveries, type NewDelivery, retryFailed } from './store.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');

let t: TestContext;
let upgrade: Upgrade;
beforeEach(async () => {
  await db.execute(`update outbox set state = 'cancelled' where state = 'pending'`);
  t = await testContext(db, [], NOW);
  upgrade = await draftOf(t);
});

const write = (...messages: (Pick<NewDelivery, 'kind' | 'slot'> & Partial<NewDelivery>)[]) =>
  transact(t.context, (unit) =>
    enqueue(
      unit,
      messages.map((message) => ({
        teamId: upgrade.teamId,
        upgradeId: upgrade.id,
        target: 'CROOM',
        message: sayText(`${message.kind} ${message.slot}`),
        ...message,
      })),
    ),
  );
const said = () => t.slack.posts.map(({ message }) => message.text);
const deliveries = () => listDeliveries(db, upgrade.teamId, upgrade.id);
const end = () => db.execute(`update upgrade set ended_at = '${NOW.toISOString()}' where id = ${upgrade.id}`);
const withdrawn = async () =>
  (await getRecord(db, upgrade.teamId, upgrade.id)).flatMap((entry) =>
    entry.fact === 'message.withdrawn' ? [entry.data] : [],
  );

test('a heartbeat that failed, tried again after a newer one was sent → withdrawn, and the record says why', async () => {
  t.slack.failNext.push({ failure: new SlackFailure('refused', 'chat.postMessage', 'not_in_channel') });
  await write({ kind: 'heartbeat', slot: '1' });
  await t.settle();
  await write({ kind: 'heartbeat', slot: '2' });
  await t.settle();
  const [failed] = await deliveries();
  if (!failed) throw new Error('nothing failed');
  await transact(t.context, (unit) => retryFailed(unit, failed));
  await t.settle();
  expect(said().filter((text) => text.startsWith('heartbeat'))).toEqual(['heartbeat 2']);
  expect(await withdrawn()).toMatchObject([
    { kind: 'heartbeat', slot: '1', reason: 'a newer one takes its place' },
  ]);
});

describe('once the work has ended', () => {
  test.each(['heartbeat', 'heartbeat.ask', 'window.end', 'notice.started'])(
    'a %s that waited is withdrawn, and what tells of the end goes out',
    async (kind) => {
      await write({ kind, slot: '1' }, { kind, slot: '1', target: 'UANNA', lane: 'bulk' });
      await write({ kind: 'notice.completed', slot: '1' });
      await end();
      await t.settle();
      expect(said()).toEqual(['notice.completed 1']);
      const reason = 'the work has ended';
      expect(await withdrawn()).toMatchObject([
        { kind, reason },
        { kind, reason },
      ]);
    },
  );

  test('one that may be in Slack already is still looked for, and kept', async () => {
    await write({ kind: 'heartbeat', slot: '1' });
    t.slack.failNext.push({
      failure: new SlackFailure('doubtful', 'chat.postMessage', 'ECONNRESET'),
      applied: true,
    });
    await t.settle();
    await end();
    await db.execute(`update outbox set not_before = null where upgrade_id = ${upgrade.id}`);
    await t.settle();
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
  });
});

test('messages that are taken back before they were sent → on the record, each with the reason', async () => {
  await write({ kind: 'notice', slot: '1' }, { kind: 'notice', slot: '1', target: 'UANNA' });
  await transact(t.context, (unit) => cancelDeliveries(unit, upgrade.id, ['notice'], 'the window was moved'));
  const [one, two] = await deliveries();
  const reason = 'the window was moved';
  expect(await withdrawn()).toEqual([
    { delivery: one?.id, kind: 'notice', slot: '1', target: 'CROOM', reason },
    { delivery: two?.id, kind: 'notice', slot: '1', target: 'UANNA', reason },
  ]);
});
