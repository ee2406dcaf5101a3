import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../test/support/patience.ts';
import { AdjustableClock } from '../clock.ts';
import { harbour, type Sandbox } from '../sandbox/index.ts';
import { startHarbour } from '../sandbox/testing.ts';
import { WebSlackClient } from './client.ts';
import type { TurnPage } from './port.ts';

const ROOM = 'CCRMUPGRADE';
const START = new Date('2026-12-05T21:00:00Z');
const clock = new AdjustableClock({ at: new Date(START.getTime() + 60_000) });
const [model] = harbour.users;
const crowd = Array.from({ length: 1_500 }, (_, index) => ({ ...model, id: `UCROWD${index}` }));
let sandbox: Sandbox;
let client: WebSlackClient;

beforeAll(async () => {
  const organisation = { ...harbour, users: [...harbour.users, ...crowd] } as typeof harbour;
  sandbox = await startHarbour({ organisation, clock, rateLimits: false });
  client = new WebSlackClient({ token: sandbox.credentials.botToken, apiUrl: `${sandbox.url}/api/` });
});
afterAll(() => sandbox?.close());

test('a delivery with more than 200 messages after it → found, unless it is older than asked for', async () => {
  const posted = await client.post(ROOM, { text: 'It has begun.', blocks: [] }, 'wanted');
  clock.advance(120_000);
  for (let index = 0; index < 250; index += 1) await sandbox.as('dana').post(ROOM, `${index}`);
  const before = sandbox.calls.length;
  const look = (since: Date) => ({ since, turnPage: vi.fn((ask) => ask()) as TurnPage });
  const back = look(START);
  expect(await client.findDelivery(ROOM, 'wanted', back)).toEqual(posted);
  expect(back.turnPage).toHaveBeenCalledTimes(1);
  expect(sandbox.calls.slice(before).map(({ method }) => method)).toEqual(
    Array(2).fill('conversations.history'),
  );
  expect(await client.findDelivery(ROOM, 'another', look(START))).toBeUndefined();
  const second = { cursor: String(sandbox.calls.at(-1)?.args.cursor) };
  sandbox.faults.inject({ method: 'conversations.history', kind: '429', retryAfter: 1, match: second });
  const patient = { ...back, turnPage: ((ask) => ask().catch(ask)) as TurnPage };
  expect(await client.findDelivery(ROOM, 'wanted', patient)).toEqual(posted);
  expect(await client.findDelivery(ROOM, 'wanted', look(new Date(START.getTime() + 90_000)))).toBeUndefined();
});

/** Where the second page of people begins. */
const SECOND = Buffer.from('next:999').toString('base64');

test('Slack’s limits hold up a page of a long list → it is asked for again, and nobody is missing', async () => {
  sandbox.faults.inject({ method: 'users.list', kind: '429', retryAfter: 1, match: { cursor: SECOND } });
  const before = sandbox.calls.length;
  const found = new Set((await client.users()).map(({ id }) => id));
  expect(crowd.filter(({ id }) => !found.has(id))).toEqual([]);
  expect(sandbox.calls.slice(before).map(({ outcome }) => outcome)).toEqual(['ok', 'fault:429', 'ok']);
});

test('the first page is held up → whoever asked for the list is told how long', async () => {
  sandbox.faults.inject({ method: 'users.list', kind: '429', retryAfter: 7 });
  await expect(client.users()).rejects.toMatchObject({ kind: 'limited', retryAfter: 7 });
});

test('posts that Slack does not answer → hold up no other: none stands in a queue, in which its claim could end', async () => {
  const [posts, most] = [150, 50];
  sandbox.faults.inject({ method: 'chat.postMessage', kind: 'slow', delay: 3_000, times: posts });
  const arrived = () => sandbox.faults.hits.filter(({ fault }) => fault.kind === 'slow').length;
  let answered = 0;
  const sent = Array.from({ length: posts }, async (_, index) => {
    await client.post(ROOM, { text: `${index}`, blocks: [] }, `slow ${index}`);
    answered += 1;
  });
  await vi.waitUntil(() => arrived() === posts, PATIENCE);
  expect(answered).toBeLessThan(most);
  await Promise.all(sent);
});
