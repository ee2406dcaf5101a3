import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { testContext } from '../../test/support/context.ts';
import { PATIENCE } from '../../test/support/patience.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { type RecordingSlack, TEAM } from '../../test/support/recording-slack.ts';
import { type Context, transact } from '../context.ts';
import { getRecord } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { sayText } from '../slack/reply.ts';
import { claimPending } from './claims.ts';
import { unlimitedPacer } from './pacer.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { enqueue, listDeliveries, listTold, touch } from './store.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');

let context: Context;
let slack: RecordingSlack;
let upgradeId = 0;
let shown = 'as it is';
const givenUp: string[] = [];
const options: SenderOptions = {
  renderers: { live: async () => (shown ? sayText(shown) : undefined) },
  pacer: unlimitedPacer,
  onRefused: async (_unit, delivery, failure) => void givenUp.push(`${delivery.slot}: ${failure.reason}`),
};

beforeEach(async () => {
  ({ context, slack } = await testContext(db, [], NOW));
  await db.execute(`update outbox set state = 'cancelled' where state = 'pending'`);
  upgradeId += 1;
  shown = 'as it is';
  givenUp.length = 0;
});

const say = (slot: string, target = 'CROOM') =>
  transact(context, (unit) =>
    enqueue(unit, [{ teamId: TEAM, upgradeId, kind: 'note', slot, target, message: sayText(slot) }]),
  );
const send = () => new Sender(context, 'outbox', options).sendPending();
/** Every wait is over, also that for what Slack may still carry out. */
const soon = () =>
  db.execute(`update outbox set not_before = null, doubtful_since = doubtful_since - interval '5 s'
    where upgrade_id = ${upgradeId}`);
const deliveries = () => listDeliveries(db, TEAM, upgradeId);
const failure = (kind: 'refused' | 'passing' | 'limited' | 'doubtful', reason: string) =>
  new SlackFailure(kind, 'chat.postMessage', reason, { retryAfter: kind === 'limited' ? 30 : 0 });

describe('a delivery', () => {
  it('is unique by upgrade, kind, slot and target, and is posted once with what became of it', async () => {
    await say('a');
    await say('a');
    await send();
    await send();
    expect(slack.to('CROOM').map((post) => post.message.text)).toEqual(['a']);
    expect(await deliveries()).toMatchObject([{ state: 'sent', sentAt: NOW }]);
    expect(await getRecord(db, TEAM, upgradeId)).toMatchObject([
      { fact: 'message.sent', data: { kind: 'note', slot: 'a', target: 'CROOM', lateSeconds: 0 } },
    ]);
  });

  it('to one target goes after the earlier one; another target does not wait', async () => {
    await say('first');
    await say('second');
    await say('elsewhere', 'COTHER');
    slack.failNext.push({ failure: failure('limited', 'ratelimited') });
    await send();
    expect(slack.posts.map((post) => post.message.text)).toEqual(['elsewhere']);
    await soon();
    await send();
    expect(slack.to('CROOM').map((post) => post.message.text)).toEqual(['first', 'second']);
  });

  it('is sent by one of many workers', async () => {
    for (let n = 0; n < 20; n++) await say(`${n}`, `C${n % 5}`);
    await Promise.all(Array.from({ length: 4 }, send));
    await send();
    expect(slack.posts).toHaveLength(20);
  });

  it('that only edits what stands there waits until a rush of new ones is over', async () => {
    const live = { teamId: TEAM, upgradeId, kind: 'live', slot: 'here', target: 'CBOARD' };
    await transact(context, (unit) => touch(unit, live));
    await send();
    let postedBefore: number | undefined;
    const renderers = {
      live: async () => {
        postedBefore = slack.posts.length;
        return sayText('edited');
      },
    };
    const post = slack.post.bind(slack);
    slack.post = async (...given) => {
      if (given[1].text === '6') await pause(400);
      return post(...given);
    };
    // One target: each of them has to wait for the one before it, and Slack takes its time for one.
    for (let n = 0; n < 12; n++) await say(`${n}`);
    await transact(context, (unit) => touch(unit, live));
    const sender = new Sender(context, 'outbox', { ...options, renderers });
    await sender.start();
    // Nobody wakes it further.
    await vi.waitFor(
      async () => expect((await deliveries()).every(({ state }) => state === 'sent')).toBe(true),
      PATIENCE,
    );
    await sender.stop();
    expect(postedBefore).toBe(13);
  });

  it('that reached Slack although the answer was lost is found again, not sent again', async () => {
    await say('a');
    slack.failNext.push({ failure: failure('doubtful', 'ECONNRESET'), applied: true });
    await send();
    await soon();
    await send();
    expect(slack.posts).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ state: 'sent', doubtful: false, ts: slack.posts[0]?.ts }]);
  });

  it('that did not reach Slack is sent again after the look', async () => {
    await say('a');
    slack.failNext.push({ failure: failure('doubtful', 'ETIMEDOUT') });
    await send();
    await soon();
    await send();
    expect(slack.posts).toHaveLength(1);
  });

  it('of a worker that died is looked up before it is sent again', async () => {
    await say('a');
    const claim = {
      lane: 'outbox',
      limit: 1,
      leaseSeconds: 60,
      pacer: unlimitedPacer,
      holds: [],
      kinds: [],
      what: 'posts',
    } as const;
    const {
      deliveries: [claimed],
    } = await claimPending(db, { ...claim, holds: [] });
    await slack.post('CROOM', sayText('a'), claimed?.id ?? '');
    await db.execute(
      `update outbox set lease_until = now() - interval '1 s' where upgrade_id = ${upgradeId}`,
    );
    await send();
    expect(slack.posts).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
  });

  it('waits as long as Slack asks', async () => {
    await say('a');
    slack.failNext.push({ failure: failure('limited', 'ratelimited') });
    await send();
    await send();
    expect(slack.posts).toHaveLength(0);
    const { rows } = await db.execute(
      `select extract(epoch from not_before - now()) > 25 as waits from outbox where upgrade_id = ${upgradeId}`,
    );
    expect(rows).toEqual([{ waits: true }]);
  });

  it('that Slack refuses is given up at once, visibly', async () => {
    await say('a');
    slack.failNext.push({ failure: failure('refused', 'is_archived') });
    await send();
    expect(await deliveries()).toMatchObject([{ state: 'failed', error: 'is_archived' }]);
    expect(await getRecord(db, TEAM, upgradeId)).toMatchObject([
      { fact: 'message.failed', data: { error: 'is_archived' } },
    ]);
    expect(givenUp).toEqual(['a: is_archived']);
  });

  it('counts for whom it told', async () => {
    await say('a', 'CROOM');
    await say('b', 'CROOM');
    await say('a', 'UDANA');
    expect(await listTold(db, upgradeId, ['note'])).toEqual(['CROOM', 'UDANA']);
    expect(await listTold(db, upgradeId, ['other'])).toEqual([]);
  });
});

describe('a live message', () => {
  const show = () =>
    transact(context, (unit) =>
      touch(unit, { teamId: TEAM, upgradeId, kind: 'live', slot: 'room', target: 'CROOM', pin: true }),
    );

  it('is posted and pinned once, then edited in place', async () => {
    await show();
    await send();
    shown = 'as it is now';
    await show();
    await show();
    await send();
    expect(slack.to('CROOM')).toMatchObject([
      { pinned: true, message: { text: 'as it is now' }, versions: [{ text: 'as it is' }] },
    ]);
  });

  it('touched while it is drawn is drawn once more', async () => {
    await show();
    let touched = false;
    const meddling = new Sender(context, 'outbox', {
      ...options,
      renderers: {
        live: async () => {
          if (!touched) await show();
          touched = true;
          return sayText(shown);
        },
      },
    });
    await meddling.sendPending();
    expect(slack.to('CROOM')).toMatchObject([{ versions: [{ text: 'as it is' }] }]);
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
  });

  it('with nothing to show any more is withdrawn', async () => {
    shown = '';
    await show();
    await send();
    expect(slack.posts).toHaveLength(0);
    expect(await deliveries()).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('the record', () => {
  it('cannot be rewritten', async () => {
    await say('a');
    await send();
    await expect(db.execute(`update record_entry set fact = 'x'`)).rejects.toThrow();
    await expect(db.execute('delete from record_entry')).rejects.toThrow();
  });
});
