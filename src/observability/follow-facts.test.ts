import { beforeAll, expect, test } from 'vitest';
import { draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact, watchbell } from '../context.ts';
import { enqueue, listDeliveries } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { Doubts } from './doubts.ts';
import { countFacts } from './follow-facts.ts';
import { createMetrics } from './metrics.ts';

const database = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');
const metrics = createMetrics(['heartbeat']);
let world: TestContext;
let upgrade: Upgrade;

beforeAll(async () => {
  world = await testContext(database.db, [{ followers: countFacts(metrics, new Doubts(metrics)) }], NOW);
  upgrade = await draftOf(world);
});

async function figure(series: string): Promise<number> {
  const line = (await metrics.registry.metrics()).split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}

/** A message to this channel that was given up, and is in `state` once all followers are done. */
async function givenUp(target: string, state: string, error = 'invalid_blocks'): Promise<void> {
  const { teamId, id: upgradeId } = upgrade;
  const address = { teamId, upgradeId, kind: 'survey.results', slot: 'survey', target };
  await transact(world.context, (unit) => enqueue(unit, [{ ...address, message: { text: '', blocks: [] } }]));
  const delivery = (await listDeliveries(database.db, teamId, upgradeId)).find(
    (each) => each.target === target,
  );
  await transact(world.context, async (unit) => {
    await unit.tx.execute(`update outbox set state = '${state}' where target = '${target}'`);
    const names = { delivery: delivery?.id ?? '', kind: address.kind, slot: address.slot, target };
    await append(unit, watchbell(teamId), upgradeId, 'message.failed', { ...names, error });
  });
}

test('a message that is sent another way after it failed → no failure; one that stays so is', async () => {
  const failed = () => figure('watchbell_deliveries_failed_total{reason="invalid_blocks"}');
  await givenUp('C1', 'pending');
  expect(await failed()).toBe(0);
  await givenUp('C2', 'failed');
  expect(await failed()).toBe(1);
});

test('somebody who is gone → a person who is not reached, whatever Slack calls it; a channel that is gone → a channel', async () => {
  const failed = (reason: string) => figure(`watchbell_deliveries_failed_total{reason="${reason}"}`);
  const figures = () =>
    Promise.all(['user_not_found', 'user_not_visible', 'channel_not_found', 'other'].map(failed));
  await givenUp('ULEFT', 'failed', 'channel_not_found');
  await givenUp('USTRANGER', 'failed', 'user_not_visible');
  expect(await figures()).toEqual([1, 1, 0, 0]);
  await givenUp('CDELETED', 'failed', 'channel_not_found');
  expect(await figures()).toEqual([1, 1, 1, 0]);
});

test('a fan-out to people → late in a lane of its own; an unknown kind → other', async () => {
  const sent = { delivery: 'd', slot: '1', target: 'U1', channel: 'D1', ts: '1.0', lateSeconds: 60 };
  const plannedFor = new Date(NOW.getTime() - 60_000).toISOString();
  await transact(world.context, async (unit) => {
    for (const more of [{ kind: 'notice', lane: 'bulk' }, { kind: 'notice' }, { kind: 'rumour' }])
      await append(unit, watchbell(upgrade.teamId), upgrade.id, 'message.sent', {
        ...sent,
        plannedFor,
        ...more,
      });
  });
  const late = (kind: string, lane: string, le: string) =>
    figure(`watchbell_lateness_seconds_bucket{le="${le}",kind="${kind}",lane="${lane}"}`);
  expect([await late('notice', 'bulk', '30'), await late('notice', 'bulk', '60')]).toEqual([0, 1]);
  expect(await late('notice', 'outbox', '60')).toBe(1);
  expect(await late('other', 'outbox', '60')).toBe(1);
});
