import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Clock } from '../clock.ts';

export interface HttpReceiverOptions {
  signingSecret: string;
  host: string;
  port: number;
  /** Real time: signatures are dated by Slack's clock. */
  clock: Clock;
  /** Further routes, such as `/healthz`. */
  routes?: Hono;
}

/** Slack's own limit for replayed requests; Bolt's receiver lets requests from the future pass. */
const TOLERANCE_SECONDS = 300;
const BODY_LIMIT_BYTES = 1_000_000;
const ACK_DEADLINE_MS = 3_000;

/** Slack's requests over HTTP at `/slack/events`: signed, not old, not from the future, answered by the ack. */
export class HttpReceiver implements Receiver {
  readonly #options: HttpReceiverOptions;
  #app: App | undefined;
  #server: Server | undefined;

  constructor(options: HttpReceiverOptions) {
    this.#options = options;
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
    const http = new Hono();
    if (this.#options.routes) http.route('/', this.#options.routes);
    http.post('/slack/events', bodyLimit({ maxSize: BODY_LIMIT_BYTES }), (c) => this.#receive(c.req.raw));
    return new Promise((resolve, reject) => {
      const { host, port } = this.#options;
      const server = serve({ fetch: http.fetch, hostname: host, port }, () => resolve()) as Server;
      server.once('error', reject);
      this.#server = server;
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  }

  async #receive(request: Request): Promise<Response> {
    const body = await request.text();
    const refusal = this.#refusal(request.headers, body);
    if (refusal) return new Response(refusal, { status: 401 });
    const parsed = parseBody(request.headers.get('content-type') ?? '', body);
    if (!parsed) return new Response('the body cannot be read', { status: 400 });
    if (parsed.ssl_check) return new Response('');
    if (parsed.type === 'url_verification') return Response.json({ challenge: parsed.challenge });
    return this.#hand(parsed, request.headers);
  }

  #hand(body: Record<string, unknown>, headers: Headers): Promise<Response> {
    return new Promise((resolve) => {
      const late = setTimeout(
        () => resolve(new Response('not acknowledged in time', { status: 503 })),
        ACK_DEADLINE_MS,
      );
      const event: ReceiverEvent = {
        body,
        retryNum: Number(headers.get('x-slack-retry-num') ?? 0) || undefined,
        retryReason: headers.get('x-slack-retry-reason') ?? undefined,
        ack: async (answer: unknown) => {
          clearTimeout(late);
          resolve(answer === undefined || answer === '' ? new Response('') : toResponse(answer));
        },
      };
      this.#app?.processEvent(event).catch(() => {
        clearTimeout(late);
        resolve(new Response('failed', { status: 500 }));
      });
    });
  }

  #refusal(headers: Headers, body: string): string | undefined {
    const timestamp = headers.get('x-slack-request-timestamp') ?? '';
    const signature = headers.get('x-slack-signature') ?? '';
    const seconds = Number(timestamp);
    if (!/^\d+$/.test(timestamp)) return 'the request carries no timestamp';
    const off = seconds - this.#options.clock.now().getTime() / 1_000;
    if (Math.abs(off) > TOLERANCE_SECONDS)
      return off < 0 ? 'the request is too old' : 'the request is from the future';
    const expected = `v0=${createHmac('sha256', this.#options.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const same =
      signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
    return same ? undefined : 'the signature does not match';
  }
}

function parseBody(type: string, body: string): Record<string, unknown> | undefined {
  try {
    if (type.includes('application/json')) return JSON.parse(body) as Record<string, unknown>;
    const form = Object.fromEntries(new URLSearchParams(body));
    return form.payload ? (JSON.parse(form.payload) as Record<string, unknown>) : form;
  } catch {
    return undefined;
  }
}

const toResponse = (answer: unknown): Response =>
  typeof answer === 'string' ? new Response(answer) : Response.json(answer);
