import { realMilliseconds, systemClock } from '../clock.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { SlackClient } from '../slack/port.ts';
import { traced } from '../trace.ts';
import type { Clocks } from './clocks.ts';
import type { Metrics } from './metrics.ts';

/** `fetch` that times every call to Slack, and compares Slack's clock with ours. */
export function watchedFetch(metrics: Metrics, clocks: Clocks): typeof fetch {
  return async (input, init) => {
    const method = methodOf(input);
    const start = realMilliseconds();
    const observe = (outcome: string) =>
      metrics.calls.observe({ method, outcome }, (realMilliseconds() - start) / 1_000);
    try {
      const answer = await traced({ name: `slack ${method}`, outward: true }, () => fetch(input, init));
      observe(outcomeOf(answer.status));
      if (answer.status === 429) metrics.limited.inc({ method });
      compareClocks(clocks, answer.headers.get('date'), realMilliseconds() - start);
      return answer;
    } catch (error) {
      observe('lost');
      throw error;
    }
  };
}

/** The same client; it counts what the outbox has to repeat, and how doubtful posts end. */
export function watchDeliveries(client: SlackClient, metrics: Metrics): SlackClient {
  const repeated = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      return await attempt;
    } catch (error) {
      if (error instanceof SlackFailure && error.kind !== 'refused' && error.reason !== 'paced')
        metrics.retries.inc({ why: error.kind });
      throw error;
    }
  };
  const watched: Partial<SlackClient> = {
    post: (target, message, deliveryId) => repeated(client.post(target, message, deliveryId)),
    update: (channel, ts, message) => repeated(client.update(channel, ts, message)),
    findDelivery: async (target, deliveryId, since) => {
      const found = await client.findDelivery(target, deliveryId, since);
      metrics.ambiguous.inc({ outcome: found ? 'found' : 'sent_again' });
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

const methodOf = (input: Parameters<typeof fetch>[0]): string =>
  new URL(input instanceof Request ? input.url : input).pathname.split('/').at(-1) ?? '';

function outcomeOf(status: number): string {
  if (status === 429) return 'limited';
  return status < 400 ? 'ok' : 'error';
}

/** The header has whole seconds, cut off: half a second more is right on average. */
function compareClocks(clocks: Clocks, date: string | null, tookMs: number): void {
  const theirs = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(theirs)) return;
  clocks.note('slack', (systemClock.now().getTime() - tookMs / 2 - (theirs + 500)) / 1_000, tookMs);
}
