import { beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { type RecordingSlack, TEAM } from '../../test/support/recording-slack.ts';
import { type Context, transact } from '../context.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { SlackClient } from '../slack/port.ts';
import { sayText } from '../slack/reply.ts';
import { unlimitedPacer } from './pacer.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { type Delivery, enqueue, listDeliveries, touch } from './store.ts';

const { db, pool } = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');

let context: Context;
let slack: RecordingSlack;
let upgradeId = 0;
const told: string[] = [];
const options: SenderOptions = {
  renderers: { live: async () => sayText('as it is') },
  pacer: unlimitedPacer,
  onRefused: async (_unit, { slot }, { kind, reason }) => void told.push(`${slot}: ${kind} ${reason}`),
};

beforeEach(async () => {
  ({ context, slack } = await testContext(db, [], NOW));
  await db.execute(`update outbox set state = 'cancelled' where state = 'pending'`);
  upgradeId += 1;
  told.length = 0;
});

const say = (slot: string, target = 'CROOM') =>
  transact(context, (unit) =>
    enqueue(unit, [{ teamId: TEAM, upgradeId, kind: 'note', slot, target, message: sayText(slot) }]),
  );
const show = () =>
  transact(context, (unit) =>
    touch(unit, { teamId: TEAM, upgradeId, kind: 'live', slot: '1', target: 'CROOM' }),
  );
const send = () => new Sender(context, 'outbox', options).sendPending();
const deliveries = () => listDeliveries(db, TEAM, upgradeId);
const set = (what: string) => db.execute(`update outbox set ${what} where upgrade_id = ${upgradeId}`);
const doubt = (reason: string) =>
  slack.failNext.push({ failure: new SlackFailure('doubtful', 'chat.postMessage', reason) });
/** Real seconds until it is tried again. */
const wait = async () => {
  const { rows } = await db.execute<{ wait: number }>(
    `select extract(epoch from not_before - now())::float8 as wait from outbox where upgrade_id = ${upgradeId}`,
  );
  return rows[0]?.wait;
};

describe('a post whose answer was lost', () => {
  test.each(['ECONNRESET', 'HTTP 503', 'internal_error', 'timeout'])(
    '(%s) → looked for soon, and posted again only once Slack can no longer carry it out',
    async (reason) => {
      await say('a');
      doubt(reason);
      await send();
      expect(await wait()).toBeLessThan(0.6);
      const look = vi.spyOn(slack, 'findDelivery');
      await set('not_before = null');
      await send();
      expect(look).toHaveBeenCalledTimes(1);
      expect(slack.posts).toEqual([]);
      expect(await wait()).toBeCloseTo(5, 0);
      await set(`not_before = null, doubtful_since = doubtful_since - interval '5 s'`);
      await send();
      expect(look).toHaveBeenCalledTimes(2);
      expect(slack.posts).toHaveLength(1);
      expect(await deliveries()).toMatchObject([{ state: 'sent', doubtful: false, doubtfulSince: null }]);
    },
  );

  test('that Slack carries out late, of a message touched meanwhile → not doubled', async () => {
    await show();
    doubt('HTTP 503');
    await send();
    const look = vi.spyOn(slack, 'findDelivery');
    await show();
    await send();
    expect(look).not.toHaveBeenCalled();
    expect(await wait()).toBeGreaterThan(0);
    // Slack carries it out now.
    const [delivery] = await deliveries();
    await slack.post('CROOM', sayText('as it was'), delivery?.id ?? '');
    await set('not_before = null');
    await send();
    expect(slack.posts).toHaveLength(1);
  });

  test('and that Slack does not let us look for → waits, is told, and is found once it does', async () => {
    await say('a');
    slack.failNext.push({
      failure: new SlackFailure('doubtful', 'chat.postMessage', 'ECONNRESET'),
      applied: true,
    });
    await send();
    const look = vi.spyOn(slack, 'findDelivery');
    look.mockRejectedValueOnce(new SlackFailure('refused', 'conversations.history', 'missing_scope'));
    await set('not_before = null');
    await send();
    expect(await deliveries()).toMatchObject([{ state: 'pending', doubtful: true }]);
    expect(told).toEqual(['a: doubtful missing_scope']);
    await set('not_before = null');
    await send();
    expect(slack.posts).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
  });

  test('to somebody whom nobody can reach any more → given up', async () => {
    await say('a', 'UDANA');
    doubt('ECONNRESET');
    await send();
    vi.spyOn(slack, 'findDelivery').mockRejectedValueOnce(
      new SlackFailure('refused', 'conversations.open', 'user_disabled'),
    );
    await set('not_before = null');
    await send();
    expect(await deliveries()).toMatchObject([{ state: 'failed', error: 'user_disabled', doubtful: true }]);
  });

  describe('in a channel of many pages', () => {
    /** A look of three pages, before the second and third of which this happens; what is left of the claim after each. */
    const looking = (meanwhile: () => Promise<unknown>, ask: () => Promise<unknown> = async () => {}) => {
      const left: number[] = [];
      vi.spyOn(slack as SlackClient, 'findDelivery').mockImplementation(
        async (_target, _id, { turnPage }) => {
          for (let page = 2; page <= 3; page++) {
            await meanwhile();
            await turnPage(ask);
            const { rows } = await db.execute<{ left: number }>(
              `select extract(epoch from lease_until - now())::float8 as left from outbox where upgrade_id = ${upgradeId}`,
            );
            left.push(Math.round(rows[0]?.left ?? 0));
          }
          return undefined;
        },
      );
      return left;
    };
    const lost = async () => {
      await say('a', 'UDANA');
      doubt('ECONNRESET');
      await send();
      await set(`not_before = null, doubtful_since = doubtful_since - interval '5 s'`);
    };
    const admitted = async () => {
      const admit = vi.fn(unlimitedPacer.admit);
      await new Sender(context, 'outbox', { ...options, pacer: { ...unlimitedPacer, admit } }).sendPending();
      return admit.mock.calls.flatMap(([, , groups]) => groups.flat().map(({ method }) => method));
    };

    test('→ each page counts against Slack’s limits, and the claim is renewed before it', async () => {
      await lost();
      const left = looking(() => set(`lease_until = now() + interval '1 s'`));
      const methods = await admitted();
      expect(methods.filter((method) => method === 'conversations.history')).toHaveLength(3);
      expect(methods).toContain('conversations.open');
      expect(left).toEqual([45, 45]);
      expect(slack.posts).toHaveLength(1);
    });

    test('for one of which Slack asks to wait → nobody asks meanwhile, and the same page is asked for again', async () => {
      await lost();
      const ask = vi.fn(async () => {});
      ask.mockRejectedValueOnce(
        new SlackFailure('limited', 'conversations.history', 'ratelimited', { retryAfter: 7 }),
      );
      looking(async () => {}, ask);
      const drain = vi.fn(unlimitedPacer.drain);
      await new Sender(context, 'outbox', { ...options, pacer: { ...unlimitedPacer, drain } }).sendPending();
      expect(ask).toHaveBeenCalledTimes(3);
      expect(drain).toHaveBeenCalledExactlyOnceWith(db, TEAM, 'conversations.history', 7);
      expect(slack.posts).toHaveLength(1);
    });

    test('and somebody takes it over meanwhile → no further page is read, and it is theirs to post', async () => {
      await lost();
      const left = looking(() => set('generation = generation + 1'));
      const methods = await admitted();
      expect(methods.filter((method) => method === 'conversations.history')).toHaveLength(1);
      expect(left).toEqual([]);
      expect(slack.posts).toEqual([]);
      expect(await deliveries()).toMatchObject([{ state: 'pending', doubtful: true }]);
    });
  });

  test('of a live message that changed meanwhile → is found, and drawn as what stands there already', async () => {
    let closed = false;
    const renderers = {
      live: async (_: Context, { ts }: Delivery) =>
        closed && !ts ? { withdrawn: 'it is closed' } : sayText(closed ? 'closed' : 'open'),
    };
    const sendLive = () => new Sender(context, 'outbox', { ...options, renderers }).sendPending();
    await show();
    slack.failNext.push({
      failure: new SlackFailure('doubtful', 'chat.postMessage', 'ECONNRESET'),
      applied: true,
    });
    await sendLive();
    closed = true;
    await show();
    await set('not_before = null');
    await sendLive();
    expect(slack.posts.map(({ message }) => message.text)).toEqual(['closed']);
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
  });

  test('is looked for a day back: clocks may differ by hours', async () => {
    await say('a');
    doubt('ECONNRESET');
    await send();
    const look = vi.spyOn(slack, 'findDelivery');
    await set('not_before = null');
    await send();
    const dayBefore = new Date(NOW.getTime() - 24 * 3_600_000);
    expect(look).toHaveBeenCalledWith(
      'CROOM',
      expect.any(String),
      expect.objectContaining({ since: dayBefore }),
    );
  });
});

test('a machine that slept with a message in its hands → whoever took it over posts it, alone', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await show();
    const renderers = {
      live: async () => {
        vi.setSystemTime(Date.now() + 60_000);
        await set(`lease_until = now() - interval '1 s'`);
        await send();
        return sayText('as it was');
      },
    };
    await new Sender(context, 'outbox', { ...options, renderers }).sendPending();
  } finally {
    vi.useRealTimers();
  }
  expect(slack.posts.map(({ message }) => message.text)).toEqual(['as it is']);
});

test('a process that stands still before it hears that its claim was renewed → whoever took it over posts it, alone', async () => {
  await say('a');
  doubt('ECONNRESET');
  await send();
  await set(`not_before = null, doubtful_since = doubtful_since - interval '5 s'`);
  const ask = pool.query.bind(pool) as (asked: { text: string }, values: unknown[]) => Promise<unknown>;
  const asking = vi.spyOn(pool, 'query') as unknown as MockInstance<typeof ask>;
  let renewed = 0;
  asking.mockImplementation(async (asked, values) => {
    const answer = await ask(asked, values);
    if (!asked.text.includes('set "lease_until" = now()') || ++renewed > 1) return answer;
    await set('lease_until = null');
    await send();
    vi.setSystemTime(Date.now() + 60_000);
    return answer;
  });
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await send();
  } finally {
    vi.useRealTimers();
    asking.mockRestore();
  }
  expect(slack.posts).toHaveLength(1);
  // By the first, by whoever took over, and once more by the first.
  expect(renewed).toBe(3);
  expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
});

test('a live message that failed long ago, and has arrived since → waits no longer than a new one when it fails again', async () => {
  await show();
  await set('attempts = 20');
  await send();
  await show();
  vi.spyOn(slack, 'update').mockRejectedValueOnce(new SlackFailure('doubtful', 'chat.update', 'HTTP 503'));
  await send();
  expect(await wait()).toBeLessThan(1);
});

describe('a message that gets nowhere', () => {
  test('holds up those behind it for some ten minutes, then is told, goes on being tried, and holds up nothing', async () => {
    await say('stuck');
    await say('behind');
    const stuck = (text: string) => text === 'stuck';
    const post = slack.post.bind(slack);
    slack.post = (target, message, id) =>
      stuck(message.text)
        ? Promise.reject(new SlackFailure('doubtful', 'chat.postMessage', 'internal_error'))
        : post(target, message, id);
    const round = async () => {
      await set(`not_before = null, doubtful_since = doubtful_since - interval '5 s'`);
      await send();
    };
    for (let tries = 0; tries < 24; tries++) await round();
    expect(slack.posts).toEqual([]);
    expect(told).toEqual([]);
    await round();
    expect(told).toEqual(['stuck: doubtful internal_error']);
    await round();
    expect(slack.posts.map(({ message }) => message.text)).toEqual(['behind']);
    slack.post = post;
    await round();
    expect(slack.posts.map(({ message }) => message.text)).toEqual(['behind', 'stuck']);
  });

  test('because Slack asks to wait is not among them', async () => {
    await say('a');
    for (let tries = 0; tries < 30; tries++) {
      slack.failNext.push({
        failure: new SlackFailure('limited', 'chat.postMessage', 'ratelimited', { retryAfter: 30 }),
      });
      await set('not_before = null');
      await send();
    }
    expect(told).toEqual([]);
    expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 0 }]);
  });

  test('because only a newer version knows its kind holds up nothing, and is left to that', async () => {
    await transact(context, (unit) =>
      enqueue(unit, [{ teamId: TEAM, upgradeId, kind: 'from the future', slot: '1', target: 'CROOM' }]),
    );
    await say('heartbeat');
    await send();
    expect(slack.posts.map(({ message }) => message.text)).toEqual(['heartbeat']);
    expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 0 }, { state: 'sent' }]);
  });
});
