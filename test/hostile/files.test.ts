import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSlackClient } from '../../src/slack/client.ts';
import { PATIENCE } from '../support/patience.ts';

/*
 * What somebody shares may be said to lie anywhere, to be of any size, and be sent by the drop. The bot's token goes to
 * Slack alone, and no file is read for ever.
 */
const TOKEN = 'xoxb-secret';
const MOST = 1_000;
const seen: { host: string; authorization: string | undefined }[] = [];
let answer: (response: ServerResponse) => void = (response) => response.end('upgrade: CRM');
const take = (request: IncomingMessage, response: ServerResponse) => {
  seen.push({ host: request.headers.host ?? '', authorization: request.headers.authorization });
  answer(response);
};
const slack = createServer(take);
const elsewhere = createServer(take);
const open = (server: typeof slack) =>
  new Promise<string>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
let slackHost: string;
let otherHost: string;

beforeAll(async () => {
  slackHost = await open(slack);
  otherHost = await open(elsewhere);
});
beforeEach(() => {
  seen.length = 0;
  answer = (response) => response.end('upgrade: CRM');
});
afterAll(() => {
  for (const server of [slack, elsewhere]) {
    server.closeAllConnections();
    server.close();
  }
});

/** A client whose Slack says this of every file, and names this address for uploads. */
const clientOf = (file: object, uploadUrl = '') =>
  new WebSlackClient({
    token: TOKEN,
    apiUrl: `http://${slackHost}/api/`,
    fetch: async () =>
      Response.json({ ok: true, file: { name: 'plan.yaml', size: 12, ...file }, upload_url: uploadUrl }),
  });
const reading = (file: object) => clientOf(file).readFile('F1', MOST);

test('a file of Slack is read, with the token', async () => {
  expect(await reading({ url_private: `http://${slackHost}/f` })).toMatchObject({ content: 'upgrade: CRM' });
  expect(seen).toEqual([{ host: slackHost, authorization: `Bearer ${TOKEN}` }]);
});

test.each([
  ['another host', () => ({ url_private: `http://${otherHost}/f` })],
  ['a host that only looks like Slack’s', () => ({ url_private: 'https://files.slack.com.evil.example/f' })],
  ['a host that ends like Slack’s', () => ({ url_private: 'https://evilslack.com/f' })],
  ['Slack’s name as a login', () => ({ url_private: `http://files.slack.com@${otherHost}/f` })],
  ['Slack’s host without encryption', () => ({ url_private: 'http://files.slack.com/f' })],
  ['no address at all', () => ({ url_private: 'file:///etc/passwd' })],
  ['a file of another service', () => ({ url_private: `http://${slackHost}/f`, is_external: true })],
])('%s → refused, and nothing is asked', async (_, file) => {
  await expect(reading(file())).rejects.toMatchObject({ kind: 'refused', reason: 'file_elsewhere' });
  expect(seen).toEqual([]);
});

test('what is handed out goes to Slack alone too', async () => {
  const file = { name: 'record.md', title: 'Record', content: 'secret' };
  const sending = clientOf({}, `http://${otherHost}/upload`).sendFile('CSALES', file);
  await expect(sending).rejects.toMatchObject({ kind: 'refused', reason: 'file_elsewhere' });
  expect(seen).toEqual([]);
});

test('a file without end, said to be small → no more than the limit is read', async () => {
  let hungUp = false;
  answer = (response) => {
    const pour = setInterval(() => response.write('x'.repeat(400)), 1);
    response.once('close', () => {
      clearInterval(pour);
      hungUp = true;
    });
  };
  const endless = reading({ url_private: `http://${slackHost}/f` });
  await expect(endless).rejects.toMatchObject({ reason: 'file_too_large' });
  await vi.waitFor(() => expect(hungUp).toBe(true), PATIENCE);
});

test.each([
  ['never begins', () => {}],
  ['never ends', (response: ServerResponse) => void response.write('upgrade: ')],
])('a file that %s → given up after ten seconds', async (_, silence) => {
  const soon = AbortSignal.timeout(100);
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(soon);
  answer = silence;
  await expect(reading({ url_private: `http://${slackHost}/f` })).rejects.toMatchObject({
    method: 'files.download',
  });
  expect(timeout).toHaveBeenLastCalledWith(10_000);
  timeout.mockRestore();
});
