import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import type { RawDelivery } from '../../src/sandbox/index.ts';
import { PATIENCE } from '../support/patience.ts';
import { testDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const database = await testDatabase();
let world: TestWatchbell;
beforeAll(async () => {
  world = await bootWatchbell({ database, mode: 'http', now: berlin('2026-11-27T09:00') });
});
afterAll(() => world?.stop());

/** `/upgrade list` of Dana's, as Slack would send it. */
const command = (more: Partial<RawDelivery> = {}): RawDelivery => ({
  type: 'slash_commands',
  payload: {
    command: '/upgrade',
    text: 'list',
    team_id: world.sandbox.teamId,
    user_id: 'UDANA',
    channel_id: 'CCRMUPGRADE',
    trigger_id: '1.2.3',
    response_url: `${world.sandbox.url}/response/none`,
  },
  ...more,
});

const seconds = () => Math.floor(systemClock.now().getTime() / 1_000);

test('a signed request of now → accepted, and looked into', async () => {
  expect(await world.sandbox.deliverRaw(command())).toMatchObject({ acknowledged: true, status: 200 });
  await vi.waitFor(
    () => expect(world.sandbox.calls.map(({ method }) => method)).toContain('users.info'),
    PATIENCE,
  );
});

test.each([
  ['signed with another secret', { secret: 'not the secret' }, 'the signature does not match'],
  [
    'changed on the way',
    { tamper: (body: string) => body.replace('UDANA', 'UPRIYA') },
    'the signature does not match',
  ],
  ['played again after six minutes', { timestamp: seconds() - 360 }, 'the request is too old'],
  ['dated six minutes ahead', { timestamp: seconds() + 360 }, 'the request is from the future'],
])('a request %s → refused, and nothing is done', async (_, forged, why) => {
  const before = world.sandbox.calls.length;
  const reply = await world.sandbox.deliverRaw(command(forged));
  expect(reply).toMatchObject({ acknowledged: false, status: 401, body: { text: why } });
  expect(world.sandbox.calls).toHaveLength(before);
});
