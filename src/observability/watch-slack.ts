import type { FetchFunction } from '@slack/web-api';
import { realMilliseconds, systemClock } from '../clock.ts';
import { SlackFailure } from '../slack/failure.ts';
import { leanFetch } from '../slack/lean-fetch.ts';
import type { SlackClient } from '../slack/port.ts';
import type { EndedCall } from '../slack/web-caller.ts';
import { traced } from '../trace.ts';
import type { Clocks } from './clocks.ts';
import type { Doubts } from './doubts.ts';
import type { Metrics } from './metrics.ts';

/** A `fetch` that makes a span of every call to Slack, and compares Slack's clock with ours. */
export function watchedFetch(clocks: Clocks): FetchFunction {
  return async (url, init) => {
    const start = realMilliseconds();
    const answer = await traced({ name: `slack ${methodOf(url)}`, outward: true }, () =>
      leanFetch(url, init),
    );
    compareClocks(clocks, answer.headers.get('date'), realMilliseconds() - start);
    return answer;
  };
}

/** Counts every call as Slack's answer is understood: what it says in a 200 counts too. */
export const countCalls =
  (metrics: Metrics) =>
  ({ method, outcome, seconds }: EndedCall): void => {
    metrics.calls.observe({ method, outcome }, seconds);
    if (outcome === 'limited') metrics.limited.inc({ method });
  };

/** The same client; it counts what the outbox has to repeat, and how doubtful posts end in Slack. */
export function watchDeliveries(client: SlackClient, metrics: Metrics, doubts: Doubts): SlackClient {
  const repeated = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      return await attempt;
    } catch (error) {
      if (error instanceof SlackFailure && (error.kind !== 'refused' || error.accessLost))
        metrics.retries.inc({ why: error.accessLost ? 'access_lost' : error.kind });
      throw error;
    }
  };
  const watched: Partial<SlackClient> = {
    async post(target, message, deliveryId) {
      const posted = await repeated(client.post(target, message, deliveryId));
      doubts.end(deliveryId, 'sent_again');
      return posted;
    },
    update: (channel, ts, message) => repeated(client.update(channel, ts, message)),
    async findDelivery(target, deliveryId, look) {
      doubts.lookFor(deliveryId);
      const found = await repeated(client.findDelivery(target, deliveryId, look));
      if (found) doubts.end(deliveryId, 'found');
      return found;
    },
  };
  return new Proxy(client, {
    get(target, property) {
      const own: unknown = Reflect.get(watched, property) ?? Reflect.get(target, property);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

const methodOf = (url: string | URL): string => new URL(url).pathname.split('/').at(-1) ?? '';

/** The header has whole seconds, cut off: half a second more is right on average. */
function compareClocks(clocks: Clocks, date: string | null, tookMs: number): void {
  const theirs = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(theirs)) return;
  clocks.note('slack', (systemClock.now().getTime() - tookMs / 2 - (theirs + 500)) / 1_000, tookMs);
}
