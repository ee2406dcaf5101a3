import { beforeEach, expect, test } from 'vitest';
import { draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { enqueue, Sender, unlimitedPacer } from '../outbox/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { sayText } from '../slack/reply.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { Doubts } from './doubts.ts';
import { countFacts } from './follow-facts.ts';
import { createMetrics } from './metrics.ts';
import { watchDeliveries } from './watch-slack.ts';

const { db } = await testDatabase();
let t: TestContext;
let upgrade: Upgrade;
let sender: Sender;
let ends: () => Promise<Record<string, number>>;

beforeEach(async () => {
  await db.execute(`update outbox set state = 'cancelled' where state = 'pending'`);
  const metrics = createMetrics([]);
  const doubts = new Doubts(metrics);
  t = await testContext(db, [{ followers: countFacts(metrics, doubts) }], new Date('2026-12-05T21:00:00Z'));
  upgrade = await draftOf(t);
  const client = watchDeliveries(t.slack, metrics, doubts);
  const context = { ...t.context, slack: { of: () => client } };
  sender = new Sender(context, 'outbox', {
    renderers: {},
    pacer: unlimitedPacer,
    onRefused: async () => {},
  });
  ends = async () => {
    const { values } = await metrics.ambiguous.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
  };
});

const say = (kind: string, slot: string, target: string) =>
  transact(t.context, (unit) =>
    enqueue(unit, [
      { teamId: upgrade.teamId, upgradeId: upgrade.id, kind, slot, target, message: sayText(slot) },
    ]),
  );
const failNext = (kind: SlackFailure['kind'], reason: string) =>
  t.slack.failNext.push({ failure: new SlackFailure(kind, 'chat.postMessage', reason) });
/** Tries what waits, as if every wait were over, also that for what Slack may still carry out. */
const send = async () => {
  await db.execute(`update outbox set not_before = null, doubtful_since = doubtful_since - interval '5 s'
    where upgrade_id = ${upgrade.id}`);
  await sender.sendPending();
};
/** A message whose answer was lost on its way here, and which Slack does not have. */
const lost = async (kind: string, target: string) => {
  await say(kind, 'first', target);
  failNext('doubtful', 'timeout');
  await send();
};

test('a doubt whose message is not wanted any more → not sent', async () => {
  await lost('heartbeat', 'CROOM');
  await say('heartbeat', 'second', 'CROOM');
  await send();
  expect(t.slack.to('CROOM').map(({ message }) => message.text)).toEqual([expect.stringContaining('second')]);
  expect(await ends()).toEqual({ found: 0, sent_again: 0, not_sent: 1 });
});

test('a doubt whose second post is refused → not sent', async () => {
  await lost('note', 'CROOM');
  failNext('refused', 'is_archived');
  await send();
  expect(await ends()).toEqual({ found: 0, sent_again: 0, not_sent: 1 });
});

test('a doubt about somebody who is gone, whom no look reaches → not sent', async () => {
  await lost('note', 'ULENA');
  t.slack.findDelivery = () =>
    Promise.reject(new SlackFailure('refused', 'conversations.open', 'user_disabled'));
  await send();
  expect(await ends()).toEqual({ found: 0, sent_again: 0, not_sent: 1 });
});

test('a message that was never in doubt → none of it, however it ends', async () => {
  await say('heartbeat', 'first', 'CROOM');
  await say('heartbeat', 'second', 'CROOM');
  await say('note', 'refused', 'CSALES');
  failNext('refused', 'is_archived');
  await send();
  expect(await ends()).toEqual({ found: 0, sent_again: 0, not_sent: 0 });
});
