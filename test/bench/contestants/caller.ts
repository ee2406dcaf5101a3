import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { realMilliseconds } from '../../../src/clock.ts';
import { offer } from '../processes.ts';

export interface Calls {
  /** Where the app listens. */
  url: string;
  count: number;
  perSecond: number;
}

export interface Called {
  /** Real milliseconds from the moment at which each was meant to be sent to its acknowledgement. */
  took: number[];
  failed: number;
  /** As it came to be. */
  perSecond: number;
}

interface Held {
  body: Buffer;
  headers: Record<string, string>;
}

const held: Held[] = [];

/**
 * Stands between Slack and the app: keeps what Slack sends, so that making requests takes nobody's processor while they are
 * measured, then calls at an even pace whether it was answered or not, and keeps the time.
 */
const offers = {
  async open(): Promise<string> {
    const server = createServer(async (request, response) => {
      const body = await bodyOf(request);
      held.push({ body, headers: signed(request) });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  },

  async call({ url, count, perSecond }: Calls): Promise<Called> {
    const requests = held.splice(0);
    if (requests.length !== count) throw new Error(`Slack made ${requests.length} requests of ${count}`);
    const start = realMilliseconds();
    const answers: Promise<number | undefined>[] = [];
    for (const [index, each] of requests.entries()) {
      const at = start + (index * 1_000) / perSecond;
      const wait = at - realMilliseconds();
      if (wait > 0) await pause(wait);
      answers.push(pass(url, each).then((ok) => (ok ? realMilliseconds() - at : undefined)));
    }
    const seconds = (realMilliseconds() - start) / 1_000;
    const all = await Promise.all(answers);
    const took = all.filter((each) => each !== undefined);
    return { took, failed: all.length - took.length, perSecond: count / seconds };
  },
};
export type CallerOffers = typeof offers;
offer(offers);

async function pass(url: string, { body, headers }: Held): Promise<boolean> {
  const answer = await fetch(url, { method: 'POST', body: new Uint8Array(body), headers }).catch(
    () => undefined,
  );
  await answer?.arrayBuffer();
  return answer?.status === 200;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function signed({ headers }: IncomingMessage): Record<string, string> {
  const names = ['content-type', 'x-slack-signature', 'x-slack-request-timestamp'];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}
