import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { App, ReceiverEvent } from '@slack/bolt';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { realMilliseconds, systemClock } from '../../src/clock.ts';
import { HttpReceiver, type HttpReceiverOptions } from '../../src/slack/receiver.ts';

/* The receiver alone, with a program behind it that does as the test says. */
const SECRET = 'a secret of the app';
const opened: HttpReceiver[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((receiver) => receiver.stop()));
});

async function open(
  options: Partial<HttpReceiverOptions> = {},
  processEvent: (event: ReceiverEvent) => Promise<void> = (event) => event.ack(),
): Promise<number> {
  const receiver = new HttpReceiver({
    signingSecret: SECRET,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    isFirst: async () => true,
    acksWithNothing: () => true,
    ...options,
  });
  receiver.init({ processEvent } as unknown as App);
  await receiver.start();
  opened.push(receiver);
  return receiver.port;
}

async function send(port: number, secret = SECRET, body = 'command=%2Fupgrade') {
  const timestamp = String(Math.floor(systemClock.now().getTime() / 1_000));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const began = realMilliseconds();
  const { status } = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    },
  });
  return { status, took: realMilliseconds() - began };
}

test('Postgres is slow and then nobody acknowledges → an answer within three seconds of receipt all the same', async () => {
  const isFirst = () => pause(1_900, true);
  const port = await open({ isFirst }, () => new Promise(() => {}));
  const { status, took } = await send(port);
  expect(status).toBe(503);
  expect(took).toBeLessThan(3_000);
});

test('Postgres is slow → a command is acknowledged at once, done when it has answered, and waited for at the end', async () => {
  const done: unknown[] = [];
  const isFirst = () => pause(700, true);
  const port = await open({ isFirst }, async ({ body }) => void done.push(await pause(100, body.text)));
  const body = 'command=%2Fupgrade&text=list&response_url=http%3A%2F%2F127.0.0.1%3A1%2F';
  const { status, took } = await send(port, SECRET, body);
  expect(status).toBe(200);
  expect(took).toBeLessThan(500);
  expect(done).toEqual([]);
  await opened.pop()?.stop();
  expect(done).toEqual(['list']);
});

test('while a secret takes another one’s place → both are good, and nothing else is', async () => {
  const port = await open({ signingSecret: 'the new secret of it, the old secret of it' });
  const secrets = ['the new secret of it', 'the old secret of it', SECRET, '', 'the new secret of it, '];
  const answers = await Promise.all(secrets.map((secret) => send(port, secret)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401, 401]);
});

test.each([
  ['say nothing', ''],
  ['never end their head', 'POST /slack/events HTTP/1.1\r\nHost: bot\r\n'],
  ['never end their body', 'POST /slack/events HTTP/1.1\r\nHost: bot\r\ncontent-length: 9\r\n\r\n'],
  ['stay after their answer', 'GET /nothing HTTP/1.1\r\nHost: bot\r\n\r\n'],
])('1,000 connections that %s → they shut out each other, not Slack', async (_, words) => {
  const port = await open();
  for (let at = 0; at < 1_000; at += 1) {
    const socket = connect(port, '127.0.0.1', () => socket.write(words));
    socket.on('error', () => {});
    sockets.push(socket);
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  }
  const answer = await send(port);
  expect(answer.status).toBe(200);
  expect(answer.took).toBeLessThan(1_000);
});
