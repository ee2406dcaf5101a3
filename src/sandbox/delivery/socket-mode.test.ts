import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { PATIENCE } from '../../../test/support/patience.ts';
import type { Sandbox } from '../index.ts';
import { buildBolt, buildClient, refusal, startHarbour } from '../testing.ts';

let sandbox: Sandbox;
let apps: App[];

beforeEach(async () => {
  sandbox = await startHarbour();
  apps = [];
});

afterEach(async () => {
  for (const app of apps) await app.stop();
  await sandbox.close();
});

const room = 'CCRMUPGRADE';

async function startApp(hear: (text: string) => void): Promise<void> {
  const app = buildBolt(sandbox);
  app.command('/upgrade', async ({ ack, command }) => {
    hear(command.text);
    await ack();
  });
  app.event('app_home_opened', async ({ body, context }) => {
    hear(`${body.event_id} retry ${context.retryNum ?? 0}`);
  });
  apps.push(app);
  await app.start();
}

describe('Socket Mode', () => {
  test('two connections share the load, each payload goes to one of them', async () => {
    const heard: string[] = [];
    await startApp((text) => heard.push(`first ${text}`));
    await startApp((text) => heard.push(`second ${text}`));
    for (const text of ['1', '2', '3', '4']) await sandbox.as('dana').command(room, '/upgrade', text);
    expect(heard.map((one) => one.split(' ')[1]).sort()).toEqual(['1', '2', '3', '4']);
    expect(new Set(heard.map((one) => one.split(' ')[0]))).toEqual(new Set(['first', 'second']));
  });

  test('an event twice → same id, retry number', async () => {
    const heard: string[] = [];
    await startApp((text) => heard.push(text));
    const event = { type: 'app_home_opened', user: 'UDANA', channel: 'DDANA', tab: 'home', event_ts: '1.0' };
    const payload = { type: 'event_callback', team_id: 'THARBOUR', event_id: 'Ev1', event };
    await sandbox.deliverRaw({ type: 'events_api', payload });
    await sandbox.deliverRaw({ type: 'events_api', payload, retry: { num: 1, reason: 'timeout' } });
    await vi.waitFor(() => expect(heard).toEqual(['Ev1 retry 0', 'Ev1 retry 1']), PATIENCE);
  });

  test('a ticket opens one connection; without one there is none', async () => {
    const { url = '' } = await buildClient(sandbox, sandbox.credentials.appToken).apps.connections.open({});
    const opened = new WebSocket(url);
    await new Promise((resolve) => opened.addEventListener('message', resolve));
    const again = new WebSocket(url);
    await new Promise((resolve) => again.addEventListener('error', resolve));
    expect(sandbox.socket.connections).toBe(1);
    opened.close();
    await vi.waitFor(() => expect(sandbox.socket.connections).toBe(0), PATIENCE);
  });

  test('an app that is killed, or that talks nonsense, loses its connection and nothing else', async () => {
    const client = buildClient(sandbox, sandbox.credentials.appToken);
    const connect = async () => {
      const socket = new WebSocket((await client.apps.connections.open({})).url ?? '');
      await new Promise((resolve) => socket.addEventListener('message', resolve));
      return socket;
    };
    (await connect()).send('nonsense');
    await vi.waitFor(() => expect(sandbox.socket.connections).toBe(0), PATIENCE);
    (await connect()).terminate();
    await vi.waitFor(() => expect(sandbox.socket.connections).toBe(0), PATIENCE);
    await expect(client.apps.connections.open({})).resolves.toMatchObject({ ok: true });
  });

  test('an app without Socket Mode gets no connection', async () => {
    const other = await startHarbour({ manifest: { socketMode: false } });
    const client = buildClient(other, other.credentials.appToken);
    await expect(refusal(client.apps.connections.open({}))).resolves.toMatchObject({
      error: 'socket_mode_not_enabled',
    });
    await other.close();
  });
});
