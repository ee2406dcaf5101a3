import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../../test/support/patience.ts';
import { systemClock } from '../../clock.ts';
import type { RawDelivery, Sandbox } from '../index.ts';
import { buildBolt, buildClient, startHarbour } from '../testing.ts';

let sandbox: Sandbox;
let app: App;
let server: Server;
let heard: string[];

const room = 'CCRMUPGRADE';

beforeEach(async () => {
  heard = [];
  sandbox = await startHarbour();
  const receiver = new HTTPReceiver({
    signingSecret: sandbox.credentials.signingSecret,
    logLevel: LogLevel.ERROR,
    unhandledRequestTimeoutMillis: 5000,
  });
  app = buildBolt(sandbox, { receiver, socketMode: false, appToken: undefined, deferInitialization: true });
  app.command('/upgrade', async ({ ack, command }) => {
    heard.push(command.text);
    if (command.text !== 'silence') await ack('Got it');
  });
  app.action('go', async ({ ack, action }) => {
    heard.push(action.type === 'button' ? String(action.value) : action.type);
    await ack();
  });
  app.event('app_home_opened', async ({ body, context }) => {
    heard.push(`${body.event_id} retry ${context.retryNum ?? 0}`);
  });
  await app.init();
  server = createServer((request, response) => receiver.requestListener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sandbox.deliverOverHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sandbox.close();
});

const command = (): RawDelivery => ({
  type: 'slash_commands',
  payload: { command: '/upgrade', text: 'forged', user_id: 'UDANA', team_id: 'THARBOUR', channel_id: room },
});
const realSeconds = (): number => Math.floor(systemClock.now().getTime() / 1000);

describe('signed HTTP delivery', () => {
  test('commands and clicks reach a Bolt app that checks signatures', async () => {
    await expect(sandbox.as('dana').command(room, '/upgrade', 'show\nall')).resolves.toEqual({
      acknowledged: true,
    });
    expect(sandbox.as('dana').ephemerals(room)).toMatchObject([{ text: 'Got it' }]);
    const { ts = '' } = await buildClient(sandbox).chat.postMessage({
      channel: room,
      text: 'x',
      blocks: [
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'go', value: 'on', text: { type: 'plain_text', text: 'Go' } },
          ],
        },
      ],
    });
    await sandbox.as('dana').click({ channel: room, ts }, 'go');
    expect(heard).toEqual(['show\nall', 'on']);
  });

  test.each<[string, Partial<RawDelivery>]>([
    ['signed with another secret', { secret: 'guessed' }],
    ['ten minutes old', { timestamp: realSeconds() - 600 }],
    ['changed on its way', { tamper: (body) => body.replace('UDANA', 'UPRIYA') }],
  ])('%s → refused, and no listener runs', async (_, change) => {
    const reply = await sandbox.deliverRaw({ ...command(), ...change });
    expect(reply).toMatchObject({ acknowledged: false, status: 401 });
    expect(heard).toEqual([]);
  });

  test('a request of the future is delivered as signed', async () => {
    const reply = await sandbox.deliverRaw({ ...command(), timestamp: realSeconds() + 600 });
    expect(reply.status).toBe(200);
  });

  test('an event sent again carries the same id and its retry number', async () => {
    const event = { type: 'app_home_opened', user: 'UDANA', channel: 'DDANA', tab: 'home', event_ts: '1.0' };
    const payload = { type: 'event_callback', team_id: 'THARBOUR', event_id: 'Ev1', event };
    await sandbox.deliverRaw({ type: 'events_api', payload });
    await sandbox.deliverRaw({ type: 'events_api', payload, retry: { num: 1, reason: 'http_timeout' } });
    await vi.waitFor(() => expect(heard).toEqual(['Ev1 retry 0', 'Ev1 retry 1']), PATIENCE);
  });

  test('no answer within 3 seconds → the person is told', async () => {
    await expect(sandbox.as('dana').command(room, '/upgrade', 'silence')).resolves.toMatchObject({
      failure: '/upgrade failed with the error "operation_timeout"',
    });
  });

  test('an app that is not there → the person is told', async () => {
    sandbox.deliverOverHttp('http://127.0.0.1:9/slack/events');
    await expect(sandbox.as('dana').command(room, '/upgrade')).resolves.toMatchObject({
      failure: '/upgrade failed with the error "dispatch_failed"',
    });
  });
});
