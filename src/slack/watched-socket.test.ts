import { App, LogLevel } from '@slack/bolt';
import type { FetchFunction } from '@slack/web-api';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sandbox } from '../sandbox/index.ts';
import { startHarbour } from '../sandbox/testing.ts';
import { WatchedSocket } from './watched-socket.ts';
import { webClientOptions } from './web-caller.ts';

const silence = () => {};
const quiet = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  setLevel: silence,
  getLevel: () => LogLevel.INFO,
  setName: silence,
};
const PATIENCE = { timeout: 5_000, interval: 20 };

let sandbox: Sandbox;
let socket: WatchedSocket;

beforeEach(async () => {
  sandbox = await startHarbour();
});
afterEach(async () => {
  await socket.stop();
  await sandbox.close();
});

function connect(fetch?: FetchFunction): Promise<void> {
  const { appToken, botToken } = sandbox.credentials;
  const clientOptions = webClientOptions(`${sandbox.url}/api/`, fetch);
  socket = new WatchedSocket({ appToken, logger: pino({ level: 'silent' }), quiet, clientOptions });
  socket.init(new App({ receiver: socket, token: botToken, logger: quiet, tokenVerificationEnabled: false }));
  return socket.start();
}
const connections = (number: number) =>
  vi.waitFor(() => expect(sandbox.socket.connections).toBe(number), PATIENCE);
const trouble = (text: RegExp) => vi.waitFor(() => expect(socket.trouble).toMatch(text), PATIENCE);
const noTrouble = () => vi.waitFor(() => expect(socket.trouble).toBeUndefined(), PATIENCE);

test.each(['refresh_requested', 'abrupt'] as const)(
  'the connection ends (%s) → there is another one',
  async (how) => {
    await connect();
    expect(socket.trouble).toBeUndefined();
    const opened = () => sandbox.calls.filter(({ method }) => method === 'apps.connections.open').length;
    sandbox.socket.disconnect(how);
    await vi.waitFor(() => expect(opened()).toBe(2), PATIENCE);
    await connections(1);
    await noTrouble();
  },
);

test('the app token is revoked while it runs → that is said, and tried until it is good again', async () => {
  await connect();
  sandbox.faults.inject({ method: 'apps.connections.open', kind: 'token_revoked', times: 3 });
  sandbox.socket.disconnect('refresh_requested');
  await trouble(/refuses the app token: token_revoked/);
  await connections(1);
  await noTrouble();
});

test('Slack is away → that is said, until it is back', async () => {
  await connect();
  await sandbox.goOffline();
  await trouble(/cannot be reached: ECONNREFUSED/);
  await sandbox.goOnline();
  await connections(1);
  await noTrouble();
});

test('the Web API answers, but no WebSocket can be opened → that is said from the start, and tried again', async () => {
  let blocked = true;
  await connect(async (input, init) =>
    blocked ? Response.json({ ok: true, url: 'ws://127.0.0.1:1/link' }) : fetch(input, init),
  );
  expect(socket.trouble).toMatch(/^Slack cannot be reached/);
  blocked = false;
  await connections(1);
  await noTrouble();
});

test('Slack refuses the first connection → the start fails with its reason', async () => {
  sandbox.faults.inject({ method: 'apps.connections.open', kind: 'invalid_auth' });
  await expect(connect()).rejects.toThrow('invalid_auth');
});

test('told to stop → no connection is left, and none is opened', async () => {
  await connect();
  await socket.stop();
  await connections(0);
});
