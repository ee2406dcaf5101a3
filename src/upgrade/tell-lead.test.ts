import { expect, test } from 'vitest';
import { draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { type Delivery, enqueue, listDeliveries } from '../outbox/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { sayText } from '../slack/reply.ts';
import { getUpgrade, keyOf } from './store.ts';
import { tellLead } from './tell-lead.ts';

const { db } = await testDatabase();
const t = await testContext(db, [], new Date('2026-12-05T22:00:00Z'));

async function failedDelivery(kind: string, target: string): Promise<Delivery> {
  const { teamId, id } = await draftOf(t);
  const row = { teamId, upgradeId: id, kind, slot: '1', target, message: sayText('Still in progress') };
  await transact(t.context, (unit) => enqueue(unit, [row]));
  const [delivery] = await listDeliveries(db, teamId, id);
  if (!delivery) throw new Error('nothing was enqueued');
  return delivery;
}

const fail = (delivery: Delivery, reason: string) =>
  transact(t.context, (unit) =>
    tellLead(unit, delivery, new SlackFailure('refused', 'chat.postMessage', reason)),
  );

const toldOf = async ({ teamId, upgradeId }: Delivery) =>
  (await listDeliveries(db, teamId, upgradeId)).filter(({ kind }) => kind === 'delivery.failed');

test.each([
  ['not_in_channel', 'CSALES', '<#CSALES>', 'Type /invite @Watchbell in it'],
  ['is_archived', 'CSALES', '<#CSALES>', 'Unarchive it'],
  ['channel_not_found', 'CSALES', '<#CSALES>', 'I cannot see that channel'],
  ['channel_not_found', 'UEMMA', '<@UEMMA>', 'not in this workspace any more'],
  ['user_disabled', 'UEMMA', '<@UEMMA>', 'That account is deactivated.'],
  ['missing_scope', 'CSALES', '<#CSALES>', 'watchbell doctor'],
  ['some_new_code', 'CSALES', '<#CSALES>', 'some_new_code'],
])('%s for %s reaches the lead in words, once', async (reason, target, mention, words) => {
  const delivery = await failedDelivery('heartbeat', target);
  await fail(delivery, reason);
  await fail(delivery, reason);
  const told = await toldOf(delivery);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ target: 'UDANA', slot: `${delivery.id} 0` });
  const text = told[0]?.message?.text ?? '';
  expect(text).toContain('heartbeat');
  expect(text).toContain(mention);
  expect(text).toContain(words);
  expect(JSON.stringify(told[0]?.message?.blocks)).toContain(`"value":"${delivery.id}"`);
});

test('a token that is not accepted is told once for everything that waits, with its time', async () => {
  const first = await failedDelivery('heartbeat', 'CSALES');
  const row = { ...first, kind: 'started', slot: '1', target: 'CROOM', message: sayText('Started') };
  await fail(first, 'token_revoked');
  await fail({ ...first, ...row, id: crypto.randomUUID() }, 'token_revoked');
  const told = await toldOf(first);
  expect(told).toHaveLength(1);
  expect(told[0]?.message?.text).toContain('Slack did not accept my token (token_revoked)');
  expect(JSON.stringify(told[0]?.message?.blocks)).not.toContain('"button"');
});

test('names the upgrade', async () => {
  const delivery = await failedDelivery('started', 'CSALES');
  await fail(delivery, 'not_in_channel');
  const [told] = await toldOf(delivery);
  const upgrade = await getUpgrade(db, delivery.teamId, delivery.upgradeId);
  expect(told?.message?.text).toContain(`${keyOf(upgrade)}: a message did not arrive`);
});

test.each(['delivery.failed', 'timetable.failed'])(
  'a lead who cannot be reached → the sponsor hears %s, then the communicator, then the room, each once',
  async (kind) => {
    const delivery = await failedDelivery(kind, 'UDANA');
    const { plan } = await getUpgrade(db, delivery.teamId, delivery.upgradeId);
    const { sponsor, communicator } = plan.people;
    for (let step = 0; step < 6; step++) {
      const all = await listDeliveries(db, delivery.teamId, delivery.upgradeId);
      for (const telling of all) await fail(telling, 'user_disabled');
    }
    const all = await listDeliveries(db, delivery.teamId, delivery.upgradeId);
    expect(all.map(({ target }) => target)).toEqual(['UDANA', sponsor, communicator, plan.channels.room]);
    expect(all.map(({ message }) => message?.text).slice(1)).toEqual(
      Array.from({ length: 3 }, () =>
        expect.stringMatching(/^The lead .* cannot be reached.*\nStill in progress$/),
      ),
    );
  },
);
