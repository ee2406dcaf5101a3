import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { setImmediate as nextTick } from 'node:timers/promises';
import { type HttpBindings, serve } from '@hono/node-server';
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import { Hono } from 'hono';
import { type Clock, realMilliseconds } from '../clock.ts';
import { readSecrets } from '../config-variables.ts';
import type { Logger } from '../logger.ts';
import { leanFetch } from './lean-fetch.ts';
import { type Body, parseBody, readBody } from './read-request.ts';
import type { IsFirst } from './replays.ts';
import { limitSilent } from './silent-connections.ts';

export interface HttpReceiverOptions {
  /** Two, separated by a comma, while one takes the other's place. */
  signingSecret: string;
  host: string;
  port: number;
  /** Real time: signatures are dated by Slack's clock. */
  clock: Clock;
  logger: Logger;
  isFirst: IsFirst;
  /** Whether the acknowledgement of this request never says anything. Where its person has a response URL, it waits for nothing. */
  acksWithNothing: (body: Body) => boolean;
  /** Further routes, such as `/healthz`. */
  routes?: Hono;
}

const REPORT_EVERY_MS = 60_000;
/** Slack's own limit for replayed requests; Bolt's receiver lets requests from the future pass. */
const TOLERANCE_SECONDS = 300;
/** Slack waits three seconds for all of it, and the answer has its way to go. Real milliseconds. */
const DEADLINE_MS = 2_800;

/** Slack sends a request in well under a second; whoever sends it by the drop is hung up on. Real milliseconds. */
const PATIENCE = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
/** Far more than Slack opens; what comes beyond is turned away instead of using up the memory. */
const MOST_CONNECTIONS = 1_000;
const MOST_SILENT = 500;

/** Slack's requests over HTTP at `/slack/events`: signed, not old, not from the future, done once, answered by the ack. */
export class HttpReceiver implements Receiver {
  readonly #options: HttpReceiverOptions;
  readonly #secrets: string[];
  #app: App | undefined;
  #server: Server | undefined;
  /** Since it was last said. */
  #refused = { requests: 0, saidAt: Number.NEGATIVE_INFINITY };
  /** What was acknowledged and is not over. */
  readonly #acts = new Set<Promise<unknown>>();

  constructor(options: HttpReceiverOptions) {
    this.#options = options;
    this.#secrets = readSecrets(options.signingSecret);
  }

  init(app: App): void {
    this.#app = app;
  }

  /** The port that it listens on; of use where 0 was asked for. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address ? address.port : this.#options.port;
  }

  start(): Promise<void> {
    const http = new Hono<{ Bindings: HttpBindings }>();
    if (this.#options.routes) http.route('/', this.#options.routes);
    http.onError((error, c) => {
      this.#options.logger.warn({ err: error }, 'HTTP: a request could not be answered');
      return c.text('failed', 500);
    });
    http.post('/slack/events', ({ env, req }) => this.#receive(env.incoming, req.raw.headers));
    return new Promise((resolve, reject) => {
      const { host, port } = this.#options;
      const server = serve({ fetch: http.fetch, hostname: host, port, serverOptions: PATIENCE }, () =>
        resolve(),
      ) as Server;
      server.maxConnections = MOST_CONNECTIONS;
      limitSilent(server, MOST_SILENT);
      server.once('error', reject);
      this.#server = server;
    });
  }

  /** Takes nothing more, and waits until what was acknowledged has been carried out. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    await Promise.all(this.#acts);
  }

  async #receive(request: IncomingMessage, headers: Headers): Promise<Response> {
    const body = await readBody(request);
    // What is left of it is not waited for.
    if (!body)
      return new Response('the body is too large', { status: 413, headers: { connection: 'close' } });
    const receivedAt = realMilliseconds();
    const refusal = this.#refusal(headers, body);
    if (refusal) return this.#refuse(refusal);
    const parsed = parseBody(headers.get('content-type') ?? '', body);
    if (!parsed) return new Response('the body cannot be read', { status: 400 });
    if (parsed.ssl_check) return new Response('');
    if (parsed.type === 'url_verification') return Response.json({ challenge: parsed.challenge });
    const { response_url: url } = parsed;
    if (!this.#options.acksWithNothing(parsed) || typeof url !== 'string')
      return this.#answer(parsed, headers, receivedAt + DEADLINE_MS);
    const act: Promise<unknown> = this.#act(parsed, headers, url).finally(() => this.#acts.delete(act));
    this.#acts.add(act);
    return new Response('');
  }

  /** Said once a minute: anybody may send any number of them. */
  #refuse(why: string): Response {
    this.#refused.requests += 1;
    const now = realMilliseconds();
    if (now - this.#refused.saidAt >= REPORT_EVERY_MS) {
      this.#options.logger.warn(
        { why, requests: this.#refused.requests },
        'HTTP: what was not signed as Slack signs was refused; where nobody’s commands work, check SLACK_SIGNING_SECRET and the clock',
      );
      this.#refused = { requests: 0, saidAt: now };
    }
    return new Response(why, { status: 401 });
  }

  async #answer(body: Body, headers: Headers, deadline: number): Promise<Response> {
    switch (await this.#recognize(headers)) {
      case 'first':
        return this.#hand(body, headers, deadline);
      case 'again':
        return new Response('');
      case 'unknown':
        return new Response('the database does not answer', { status: 503 });
    }
  }

  /** After the acknowledgement. Whoever sees that a command was taken waits for an answer, also where nothing comes of it. */
  async #act(body: Body, headers: Headers, url: string): Promise<void> {
    const { logger } = this.#options;
    try {
      await nextTick(); // the acknowledgement is on its way by then
      const standing = await this.#recognize(headers);
      if (standing === 'first')
        await this.#app?.processEvent({ ...eventOf(body, headers), ack: async () => {} });
      if (standing === 'unknown') await sayNotDone(url);
    } catch (error) {
      logger.error({ err: error }, 'HTTP: what Slack was told to be taken came to nothing');
    }
  }

  /** What arrives again, by whoever's hand, was acted on already. */
  async #recognize(headers: Headers): Promise<'first' | 'again' | 'unknown'> {
    const { isFirst, logger } = this.#options;
    try {
      if (await isFirst(headers.get('x-slack-signature') ?? '')) return 'first';
      logger.warn('HTTP: a request of Slack came again; it was acted on the first time');
      return 'again';
    } catch (error) {
      logger.error({ err: error }, 'HTTP: Postgres cannot tell whether a request comes for the first time');
      return 'unknown';
    }
  }

  #hand(body: Body, headers: Headers, deadline: number): Promise<Response> {
    return new Promise((resolve) => {
      const answer = (text: string, status: number) => {
        clearTimeout(late);
        resolve(new Response(text, { status }));
      };
      const left = deadline - realMilliseconds();
      const late = setTimeout(() => answer('not acknowledged in time', 503), left);
      const ack = async (given: unknown) => {
        clearTimeout(late);
        resolve(given === undefined || given === '' ? new Response('') : toResponse(given));
      };
      // Once every listener is done, nobody is left who would acknowledge.
      this.#app?.processEvent({ ...eventOf(body, headers), ack }).then(
        () => answer('nothing here takes this request', 404),
        (error: unknown) => {
          this.#options.logger.error({ err: error }, 'HTTP: a request of Slack could not be read');
          answer('failed', 500);
        },
      );
    });
  }

  #refusal(headers: Headers, body: Buffer): string | undefined {
    const timestamp = headers.get('x-slack-request-timestamp') ?? '';
    const signature = Buffer.from(headers.get('x-slack-signature') ?? '');
    const seconds = Number(timestamp);
    if (!/^\d{1,12}$/.test(timestamp)) return 'the request carries no timestamp';
    const off = seconds - this.#options.clock.now().getTime() / 1_000;
    if (Math.abs(off) > TOLERANCE_SECONDS)
      return off < 0 ? 'the request is too old' : 'the request is from the future';
    const isSigned = this.#secrets.some((secret) => {
      const expected = Buffer.from(sign(secret, timestamp, body));
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    });
    return isSigned ? undefined : 'the signature does not match';
  }
}

const eventOf = (body: Body, headers: Headers): Omit<ReceiverEvent, 'ack'> => ({
  body,
  retryNum: Number(headers.get('x-slack-retry-num') ?? 0) || undefined,
  retryReason: headers.get('x-slack-retry-reason') ?? undefined,
});

function sign(secret: string, timestamp: string, body: Buffer): string {
  const hmac = createHmac('sha256', secret);
  return `v0=${hmac.update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** Into the channel of the act, for its person alone. */
async function sayNotDone(url: string): Promise<void> {
  const text = 'Watchbell cannot reach its database, so nothing was done. Try again in a minute.';
  const { ok, status } = await leanFetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
  });
  if (!ok) throw new Error(`the person could not be told: HTTP ${status}`);
}

const toResponse = (answer: unknown): Response =>
  typeof answer === 'string' ? new Response(answer) : Response.json(answer);
