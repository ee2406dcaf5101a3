import { createHmac } from 'node:crypto';
import { systemClock } from '../../clock.ts';
import type { RawDelivery } from '../model.ts';
import { type AppReply, answerWithin, type Transport } from './app-link.ts';

/** Signed requests to the app's address. Time stamps are real time, because the app compares them with its system's clock. */
export class HttpDelivery implements Transport {
  readonly #url: string;
  readonly #signingSecret: string;

  constructor(url: string, signingSecret: string) {
    this.#url = url;
    this.#signingSecret = signingSecret;
  }

  async deliver(delivery: RawDelivery): Promise<AppReply> {
    const request = this.#sign(delivery);
    try {
      const response = await fetch(this.#url, {
        ...request,
        method: 'POST',
        signal: AbortSignal.timeout(answerWithin),
      });
      const body = parseBody(await response.text());
      return response.status === 200
        ? { acknowledged: true, status: 200, body }
        : { acknowledged: false, status: response.status, body, failure: 'http_service_error' };
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      return {
        acknowledged: false,
        body: undefined,
        failure: late ? 'operation_timeout' : 'dispatch_failed',
      };
    }
  }

  #sign(delivery: RawDelivery): { body: string; headers: Record<string, string> } {
    const body = encode(delivery);
    const timestamp = delivery.timestamp ?? Math.floor(systemClock.now().getTime() / 1000);
    const secret = delivery.secret ?? this.#signingSecret;
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return {
      body: delivery.tamper ? delivery.tamper(body) : body,
      headers: {
        'content-type':
          delivery.type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
        'x-slack-signature': `v0=${signature}`,
        'x-slack-request-timestamp': String(timestamp),
        ...(delivery.retry
          ? {
              'x-slack-retry-num': String(delivery.retry.num),
              'x-slack-retry-reason': delivery.retry.reason,
            }
          : {}),
      },
    };
  }
}

function encode({ type, payload }: RawDelivery): string {
  if (type === 'events_api') return JSON.stringify(payload);
  if (type === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const fields = Object.entries(payload).map(([key, value]) => [key, String(value)]);
  return new URLSearchParams(Object.fromEntries(fields)).toString();
}

/** Slash commands may be answered with plain text, everything else is JSON. */
function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
