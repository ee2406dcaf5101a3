import { beforeEach, expect, test } from 'vitest';
import { draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { TEAM } from '../../test/support/recording-slack.ts';
import { transact } from '../context.ts';
import { logTo } from '../logger.ts';
import { SlackFailure } from '../slack/failure.ts';
import { sayText } from '../slack/reply.ts';
import { Sender, unlimitedPacer } from './index.ts';
import { enqueue, listDeliveries } from './store.ts';

const { db } = await testDatabase();
beforeEach(() => db.execute(`update outbox set state = 'cancelled' where state = 'pending'`));

test.each([
  ['passing', 'will try again', 'ECONNREFUSED'],
  ['refused', 'Slack refuses', 'is_archived'],
] as const)(
  'a delivery that fails (%s) → its line in the log names it and its upgrade',
  async (kind, said, reason) => {
    const t = await testContext(db, [], new Date('2026-12-05T21:00:00Z'));
    const upgrade = await draftOf(t);
    const message = {
      teamId: TEAM,
      upgradeId: upgrade.id,
      kind: 'note',
      slot: '1',
      target: 'CROOM',
    };
    await transact(t.context, (unit) => enqueue(unit, [{ ...message, message: sayText('hello') }]));
    t.slack.failNext.push({ failure: new SlackFailure(kind, 'chat.postMessage', reason) });
    const lines: string[] = [];
    const context = { ...t.context, logger: logTo({ write: (line) => void lines.push(line) }, 'info') };
    const options = { renderers: {}, pacer: unlimitedPacer, onRefused: async () => {} };
    await new Sender(context, 'outbox', options).sendPending();

    const [delivery] = await listDeliveries(db, TEAM, upgrade.id);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        msg: `outbox: ${said}`,
        upgrade: `UP-${upgrade.number}`,
        delivery: delivery?.id,
        kind: 'note',
        attempt: 1,
        err: { reason },
      },
    ]);
  },
);
