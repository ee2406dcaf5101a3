import { beforeEach, describe, expect, it } from 'vitest';
import { testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { RecordingSlack, TEAM } from '../../test/support/recording-slack.ts';
import { type Context, transact } from '../context.ts';
import { until } from '../demo/pass-time.ts';
import { getRecord } from '../record/index.ts';
import { type FailureKind, SlackFailure } from '../slack/failure.ts';
import type { Message } from '../slack/message.ts';
import { sayText } from '../slack/reply.ts';
import { claimPending } from './claims.ts';
import { type Pacer, postgresPacer, unlimitedPacer } from './pacer.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { cancelDeliveries, enqueue, listDeliveries, type NewDelivery, touch } from './store.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');

/** A Slack that takes its time where it is told to. */
class SlowSlack extends RecordingSlack {
  readonly waits = new Map<string, Promise<void>>();
  readonly asked: string[] = [];
  edits = 0;

  override async post(target: string, message: Message, deliveryId: string) {
    this.asked.push(`post ${target}`);
    await this.waits.get(`post ${target}`);
    return super.post(target, message, deliveryId);
  }

  override async update(channel: string, ts: string, message: Message) {
    this.edits += 1;
    await this.waits.get(`update ${channel}`);
    return super.update(channel, ts, message);
  }

  override async findDelivery(target: string, deliveryId: string) {
    this.asked.push(`find ${target}`);
    await this.waits.get(`find ${target}`);
    return super.findDelivery(target, deliveryId);
  }
}

/** Something that waits until it is let go. */
function gate() {
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), closed };
}

let context: Context;
let slack: SlowSlack;
let upgradeId = 5_000;
const refused: string[] = [];
const options: SenderOptions = {
  renderers: {
    live: async () => sayText('as it is'),
    defective: () => Promise.reject(new Error('a defect')),
  },
  onRefused: async (_unit, _delivery, failure) => void refused.push(failure.reason),
  pacer: unlimitedPacer,
};

beforeEach(async () => {
  slack = new SlowSlack();
  context = { ...(await testContext(db, [], NOW)).context, slack };
  await db.execute(`update outbox set state = 'cancelled' where state = 'pending'`);
  await db.execute('delete from pace');
  upgradeId += 1;
  refused.length = 0;
});

const row = (kind: string, slot: string, target = 'CROOM'): NewDelivery => ({
  teamId: TEAM,
  upgradeId,
  kind,
  slot,
  target,
  message: sayText(`${kind} ${slot}`),
});
const write = (...rows: NewDelivery[]) => transact(context, (unit) => enqueue(unit, rows));
const sender = (more: Partial<SenderOptions> = {}) => new Sender(context, 'outbox', { ...options, ...more });
const send = () => sender().sendPending();
/** Every wait is over, also that for what Slack may still carry out. */
const soon = () =>
  db.execute(`update outbox set not_before = null, doubtful_since = doubtful_since - interval '5 s'
    where upgrade_id = ${upgradeId}`);
const deliveries = () => listDeliveries(db, TEAM, upgradeId);
const said = (target = 'CROOM') => slack.to(target).map(({ message }) => message.text);
const failNext = (kind: FailureKind, reason: string, retryAfter = 0) =>
  slack.failNext.push({ failure: new SlackFailure(kind, 'chat.postMessage', reason, { retryAfter }) });

describe('a message', () => {
  it('whose sending could not be kept is found in Slack, not sent again', async () => {
    await db.execute(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the connection is gone'; end $$`);
    await db.execute(`create trigger refuse_sent before update on outbox for each row
      when (new.state = 'sent') execute function refuse()`);
    await write(row('note', 'a'));
    await send();
    await db.execute('drop trigger refuse_sent on outbox');
    expect(await deliveries()).toMatchObject([{ state: 'pending', doubtful: true }]);
    await soon();
    await send();
    expect(slack.posts).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ state: 'sent', ts: slack.posts[0]?.ts }]);
    expect(await getRecord(db, TEAM, upgradeId)).toMatchObject([{ fact: 'message.sent' }]);
  });

  it('looked for so long that somebody else took it over is posted by that one alone', async () => {
    await write(row('note', 'a'));
    failNext('doubtful', 'ECONNRESET');
    await send();
    await soon();
    const { open, closed } = gate();
    slack.waits.set('find CROOM', closed);
    const slow = send();
    await until('the slow one looks', () => slack.asked.includes('find CROOM'));
    await db.execute(
      `update outbox set lease_until = now() - interval '1 s' where upgrade_id = ${upgradeId}`,
    );
    slack.waits.clear();
    await send();
    open();
    await slow;
    expect(said()).toEqual(['note a']);
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
  });

  it('never overtakes the one before it, with two workers and a first post that fails', async () => {
    await write(row('rollback.decision', '1'));
    await write(row('heartbeat', '3'));
    failNext('passing', 'ECONNREFUSED');
    for (let round = 0; round < 3; round++) {
      await Promise.all([send(), send()]);
      await soon();
    }
    expect(said()).toEqual(['rollback.decision 1', 'heartbeat 3']);
  });

  it('that takes long holds up no other channel, not even those that come later', async () => {
    const { open, closed } = gate();
    slack.waits.set('post CSLOW', closed);
    const running = sender();
    await running.start();
    await write(row('note', 'a', 'CSLOW'));
    await until('the slow post has begun', () => {
      running.wake();
      return slack.asked.includes('post CSLOW');
    });
    await write(row('note', 'b', 'COTHER'));
    running.wake();
    await until('the other channel has its message', () => slack.to('COTHER').length === 1);
    expect(said('CSLOW')).toEqual([]);
    open();
    await running.stop();
    expect(said('CSLOW')).toEqual(['note a']);
  });

  it('is found without queue and without NOTIFY', async () => {
    const running = sender();
    await running.start();
    await write(row('note', 'a'));
    await until('it was sent', () => slack.posts.length === 1);
    await running.stop();
  });

  it('of a window does not wait for a fan-out to the same person', async () => {
    await write({ ...row('survey', '1', 'UDANA'), lane: 'bulk' }, row('heartbeat.ask', '3', 'UDANA'));
    await send();
    expect(said('UDANA')).toEqual(['heartbeat.ask 3']);
  });

  it('that may be on its way is not taken back', async () => {
    await write(row('notice', '1'), row('notice', '2', 'COTHER'), row('notice', '3', 'CTHIRD'));
    await claimPending(db, {
      lane: 'outbox',
      limit: 1,
      leaseSeconds: 60,
      pacer: unlimitedPacer,
      holds: [],
      kinds: [],
      what: 'posts',
    });
    await db.execute(`update outbox set doubtful = true where upgrade_id = ${upgradeId} and slot = '2'`);
    await transact(context, (unit) => cancelDeliveries(unit, upgradeId, ['notice'], 'the window was moved'));
    expect((await deliveries()).map(({ state }) => state)).toEqual(['pending', 'pending', 'cancelled']);
  });
});

describe('what comes late', () => {
  it('of several heartbeats that waited for Slack only the newest goes out, and the record says so', async () => {
    await write(row('heartbeat', '1'), row('heartbeat', '2'), row('heartbeat', '3'));
    await send();
    const note = 'The 2 updates before this one could not be sent. This one takes their place.';
    expect(said()).toEqual([`${note}\nheartbeat 3`]);
    await write(row('heartbeat', '4'));
    await send();
    expect(said().at(-1)).toBe('heartbeat 4');
    expect((await deliveries()).map(({ state }) => state)).toEqual([
      'cancelled',
      'cancelled',
      'sent',
      'sent',
    ]);
    const withdrawn = (await getRecord(db, TEAM, upgradeId)).filter(
      ({ fact }) => fact === 'message.withdrawn',
    );
    expect(withdrawn).toHaveLength(2);
  });

  it('a question for a heartbeat that is over is not asked', async () => {
    await write({ ...row('heartbeat.ask', '1', 'UUMA'), plannedFor: new Date(NOW.getTime() - 6 * 60_000) });
    await send();
    expect(slack.posts).toEqual([]);
    expect(await deliveries()).toMatchObject([
      { state: 'cancelled', error: expect.stringMatching(/6 min late/) },
    ]);
  });
});

describe('Slack', () => {
  it('that lost our token keeps everything waiting, tells it, and gets it all later', async () => {
    await write(row('note', 'a'), row('note', 'b', 'COTHER'));
    failNext('refused', 'token_revoked');
    failNext('refused', 'token_revoked');
    const running = sender();
    await running.sendPending();
    expect((await deliveries()).map(({ state }) => state)).toEqual(['pending', 'pending']);
    await soon();
    expect(await running.sendPending()).toBe(0);
    expect(refused.every((reason) => reason === 'token_revoked')).toBe(true);
    await send();
    expect(slack.posts).toHaveLength(2);
  });

  it('that says 429 is obeyed for that method: other posts are not even tried, edits are', async () => {
    const pacer = postgresPacer(context.clock);
    const live = { teamId: TEAM, upgradeId, kind: 'live', slot: 'room', target: 'CLIVE' };
    await transact(context, (unit) => touch(unit, live));
    await send();
    await write(row('note', 'a'));
    failNext('limited', 'ratelimited', 30);
    await sender({ pacer }).sendPending();
    await write(row('note', 'b', 'COTHER'));
    await transact(context, (unit) => touch(unit, live));
    slack.asked.length = 0;
    await sender({ pacer }).sendPending();
    expect(slack.asked).toEqual([]);
    expect(slack.to('CLIVE')[0]?.versions).toHaveLength(1);
    expect((await deliveries()).filter(({ slot }) => slot === 'b')).toMatchObject([
      { attempts: 0, leaseUntil: null, doubtful: false },
    ]);
  });
});

describe('a live message', () => {
  const live = () => ({ teamId: TEAM, upgradeId, kind: 'live', slot: 'room', target: 'CROOM', pin: true });
  const show = () => transact(context, (unit) => touch(unit, live()));

  it('that somebody deleted is posted and pinned anew', async () => {
    await show();
    await send();
    slack.posts.length = 0;
    await show();
    await send();
    expect(slack.to('CROOM')).toMatchObject([{ pinned: true }]);
    expect(await deliveries()).toMatchObject([{ state: 'sent', ts: slack.posts[0]?.ts }]);
  });

  it('that could not be pinned is pinned with its next edit', async () => {
    slack.pin = () => Promise.reject(new SlackFailure('passing', 'pins.add', 'ECONNREFUSED'));
    await show();
    await send();
    expect(slack.to('CROOM')).toMatchObject([{ pinned: false }]);
    slack.pin = (channel, ts) => RecordingSlack.prototype.pin.call(slack, channel, ts);
    await show();
    await send();
    expect(slack.to('CROOM')).toMatchObject([{ pinned: true }]);
  });

  it('for whose pin the database failed is posted once, and pinned with its next edit', async () => {
    const pacer: Pacer = {
      ...unlimitedPacer,
      admit: (tx, lane, groups) =>
        groups.flat().some(({ method }) => method === 'pins.add')
          ? Promise.reject(new Error('the connection is gone'))
          : unlimitedPacer.admit(tx, lane, groups),
    };
    await show();
    await sender({ pacer }).sendPending();
    expect(await deliveries()).toMatchObject([{ state: 'sent', pinned: false }]);
    await show();
    await send();
    expect(slack.to('CROOM')).toMatchObject([{ pinned: true }]);
  });

  it('touched after a doubtful first post is still looked for from its first time', async () => {
    await show();
    slack.failNext.push({ failure: new SlackFailure('doubtful', 'chat.postMessage', 'x'), applied: true });
    await send();
    const [before] = await deliveries();
    context.clock.now = () => new Date(NOW.getTime() + 3_600_000);
    await show();
    expect(await deliveries()).toMatchObject([{ plannedFor: before?.plannedFor }]);
  });
});

it('a message with a defect of ours is given up after eight tries, visibly; Slack and the database do not count', async () => {
  await transact(context, (unit) =>
    enqueue(unit, [{ teamId: TEAM, upgradeId, kind: 'defective', slot: '1', target: 'CROOM' }]),
  );
  await db.execute(`update outbox set attempts = 50 where upgrade_id = ${upgradeId}`);
  for (let attempt = 0; attempt < 7; attempt++) {
    await send();
    await soon();
  }
  expect(await deliveries()).toMatchObject([{ state: 'pending', failures: 7 }]);
  await send();
  expect(await deliveries()).toMatchObject([{ state: 'failed', error: 'a defect' }]);
  expect(refused).toEqual(['a defect']);
});

it('a message of a kind that only a newer version knows is left to it', async () => {
  await transact(context, (unit) =>
    enqueue(unit, [{ teamId: TEAM, upgradeId, kind: 'from the future', slot: '1', target: 'CROOM' }]),
  );
  for (let attempt = 0; attempt < 10; attempt++) {
    await send();
    await soon();
  }
  expect(await deliveries()).toMatchObject([{ state: 'pending', failures: 0 }]);
});

it('an edit that comes after its delivery was taken over → drawn once more, so that it hides nothing newer', async () => {
  const sender = () => new Sender(context, 'outbox', options);
  const live = { teamId: TEAM, upgradeId, kind: 'live', slot: '1', target: 'CROOM' };
  await transact(context, (unit) => touch(unit, live));
  await sender().sendPending();
  await transact(context, (unit) => touch(unit, live));
  const held = gate();
  slack.waits.set('update CROOM', held.closed);
  const slow = sender().sendPending();
  await until('the first edit is under way', () => slack.edits === 1);
  slack.waits.clear();
  await db.execute(`update outbox set lease_until = now() where upgrade_id = ${upgradeId}`);
  await sender().sendPending();
  expect(slack.edits).toBe(2);
  held.open();
  await slow;
  await sender().sendPending();
  expect(slack.edits).toBe(3);
  expect(await listDeliveries(db, TEAM, upgradeId)).toMatchObject([{ state: 'sent' }]);
});

it('a live message whose post was found by a look, touched meanwhile → drawn anew, so that it is not left as it was', async () => {
  const live = { teamId: TEAM, upgradeId, kind: 'live', slot: '1', target: 'CROOM' };
  let facts = 'open';
  const renderers = { live: async () => sayText(facts) };
  const send = () => new Sender(context, 'outbox', { ...options, renderers }).sendPending();
  await transact(context, (unit) => touch(unit, live));
  slack.failNext.push({
    failure: new SlackFailure('doubtful', 'chat.postMessage', 'HTTP 503'),
    applied: true,
  });
  await send();
  facts = 'decided';
  await transact(context, (unit) => touch(unit, live));
  await soon();
  await send();
  expect(slack.to('CROOM').map(({ message }) => message.text)).toEqual(['decided']);
});
