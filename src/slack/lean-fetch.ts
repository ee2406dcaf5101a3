import type { FetchFunction } from '@slack/web-api';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { stopwatch } from '../clock.ts';
import { usesProxies } from '../config.ts';

/** How long a call to Slack may take. Real milliseconds. */
export const PATIENCE_MS = 10_000;
const TOO_MANY_REQUESTS = 429;

/**
 * A call that waited for its connection, in a process that stood still, must not leave it afterwards: nobody waits for the answer
 * any more, and a post may have been made by somebody else. A time-out alone may be heard only after it was sent.
 */
const inTime: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (call, handler) => {
  const waited = stopwatch();
  return dispatch(call, {
    onRequestStart(controller, context) {
      if (waited() > PATIENCE_MS)
        controller.abort(new DOMException('The call was not sent in time', 'TimeoutError'));
      else handler.onRequestStart?.(controller, context);
    },
    onResponseStart: (...answer) => handler.onResponseStart?.(...answer),
    onResponseData: (...answer) => handler.onResponseData?.(...answer),
    onResponseEnd: (...answer) => handler.onResponseEnd?.(...answer),
    onResponseError: (...failure) => handler.onResponseError?.(...failure),
  });
};

const agent = usesProxies() ? new EnvHttpProxyAgent() : new Agent();
const dispatcher = agent.compose(inTime);

/**
 * `fetch` with what Slack's client makes use of, without streams, copies of headers and compression: a post costs less than
 * half the processor time (0.29 ms instead of 0.70). Rejects where the answer breaks off; a redirect is not followed, and
 * resolves with its status.
 */
export const leanFetch: FetchFunction = async (
  url,
  { method = 'GET', headers, body, signal = AbortSignal.timeout(PATIENCE_MS) } = {},
) => {
  // Files are sent by other means: see `FileTransfer`.
  if (body instanceof FormData) throw new Error('A form with files in it cannot be sent.');
  const answer = await request(url, {
    method: method as Dispatcher.HttpMethod,
    headers,
    body,
    signal,
    dispatcher,
  });
  const text = await textOf(answer);
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

/** A limit is known by its headers: how it goes on, if at all, does not matter. */
async function textOf({ statusCode, body }: Dispatcher.ResponseData): Promise<string> {
  if (statusCode !== TOO_MANY_REQUESTS) return body.text();
  body.dump().catch(() => {});
  return '';
}

/** What came more than once, in one line. */
const oneOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;
