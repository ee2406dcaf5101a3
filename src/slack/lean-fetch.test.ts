import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { leanFetch } from './lean-fetch.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/chat.postMessage`;
}

test('a form is posted → the answer has the status, headers and text that were sent', async () => {
  const url = await serve(async (request, response) => {
    const sent = { method: request.method, type: request.headers['content-type'], body: await text(request) };
    response.writeHead(503, 'Service Unavailable', { 'Retry-After': '7', 'X-Twice': ['a', 'b'] });
    response.end(JSON.stringify(sent));
  });
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const answer = await leanFetch(url, { method: 'POST', headers, body: 'text=Gr%C3%BC%C3%9Fe' });
  const { ok, status, statusText } = answer;
  expect({ ok, status, statusText, url: answer.url }).toEqual({
    ok: false,
    status: 503,
    statusText: 'Service Unavailable',
    url,
  });
  expect([answer.headers.get('Retry-After'), answer.headers.get('X-Absent')]).toEqual(['7', null]);
  expect(Object.fromEntries(answer.headers.entries())).toMatchObject({
    'retry-after': '7',
    'x-twice': 'a, b',
  });
  expect(await answer.json()).toEqual({
    method: 'POST',
    type: 'application/x-www-form-urlencoded',
    body: 'text=Gr%C3%BC%C3%9Fe',
  });
});

test('an answer that breaks off → rejects, and nothing half of it is read', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('{"ok":true,', () => response.destroy());
  });
  await expect(leanFetch(url, { method: 'POST', body: '' })).rejects.toThrow();
});

test('a limit whose body breaks off, or never ends → is a limit all the same', async () => {
  const url = await serve((_, response) => {
    response.writeHead(429, { 'Retry-After': '7', 'Content-Length': '100' });
    response.write('{"ok":false,');
  });
  const answer = await leanFetch(url, { method: 'POST', body: '' });
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '7']);
});

test.each([
  ['no answer', () => {}],
  ['half an answer', (response: { write(text: string): unknown }) => response.write('{')],
])('%s within the time → rejects as timed out', async (_, begin) => {
  const url = await serve((_request, response) => void begin(response));
  const signal = AbortSignal.timeout(100);
  await expect(leanFetch(url, { method: 'POST', body: '', signal })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('the process stood still before the call had a connection → it does not go out any more', async () => {
  const asked: string[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const signal = AbortSignal.timeout(60_000);
    const answer = leanFetch(url, { method: 'POST', body: '', signal });
    vi.setSystemTime(Date.now() + 20_000);
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
  } finally {
    vi.useRealTimers();
  }
  expect((await leanFetch(`${url}?later`, { method: 'POST', body: '' })).status).toBe(200);
  expect(asked).toEqual(['/api/chat.postMessage?later']);
});

test('Slack would send the call elsewhere → it does not go there', async () => {
  const asked: string[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { Location: '/elsewhere' }).end();
  });
  expect((await leanFetch(url, { method: 'POST', body: '' })).status).toBe(302);
  expect(asked).toEqual(['/api/chat.postMessage']);
});
