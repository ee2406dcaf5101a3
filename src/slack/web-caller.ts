import { setTimeout as pause } from 'node:timers/promises';
import { type FetchFunction, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { realMilliseconds } from '../clock.ts';
import { toFailure } from './call.ts';
import { type FailureKind, SlackFailure } from './failure.ts';
import { leanFetch, PATIENCE_MS } from './lean-fetch.ts';
import type { TurnPage } from './port.ts';
import { whenAllowed } from './when-allowed.ts';

export interface ClientOptions {
  token: string;
  apiUrl: string;
  /** Default: `leanFetch`. */
  fetch?: FetchFunction;
  /** Told of every call once it has ended. */
  onCall?: (call: EndedCall) => void;
}

export interface EndedCall {
  method: string;
  outcome: 'ok' | FailureKind;
  /** Real ones, from asking to knowing. */
  seconds: number;
}

/** Slack's client library retries by posting again, and sleeps through a 429: both are the outbox's business. */
export const webClientOptions = (apiUrl: string, fetch = leanFetch): WebClientOptions => ({
  slackApiUrl: apiUrl,
  fetch,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: PATIENCE_MS,
  logLevel: LogLevel.ERROR,
});

/**
 * More calls than the outbox has under way. A post that waited in the client would be sent whatever became of its claim
 * meanwhile, as where a machine sleeps.
 */
const NO_QUEUE = 1_000;

/** What goes out by the outbox, under its pacing. */
const OF_THE_OUTBOX = new Set([
  'chat.postMessage',
  'chat.update',
  'conversations.history',
  'conversations.open',
  'pins.add',
]);

/**
 * Lists and objects travel as JSON in a form's field. Slack's client turns them into that only after it has copied every
 * part of them for a debug line, written or not; text it leaves as it is.
 */
const asJsonText = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  );

export type Answer = Record<string, unknown>;

/** Slack takes up to 1,000; fewer would use up the rate limit of users.list (20 calls a minute) at 4,000 people. */
const MOST_PER_PAGE = 999;
/**
 * A long list goes on slowly instead of running into the limit of its tier: 20 pages a minute, 100 of members. Where
 * several processes list at the same time, Slack may say no to one: it waits and asks for the same page again.
 */
const PAGES = { atOnce: 15, everyMs: 3_100 };
const PAGES_OF: Record<string, typeof PAGES> = { 'conversations.members': { atOnce: 75, everyMs: 620 } };
/** As long as Slack ever asks for. */
const PAGE_PATIENCE_MS = 60_000;

function slowly(method: string): TurnPage {
  const { atOnce, everyMs } = PAGES_OF[method] ?? PAGES;
  let asked = 1;
  return async (ask) => {
    if (++asked > atOnce) await pause(everyMs);
    return whenAllowed(ask, realMilliseconds() + PAGE_PATIENCE_MS);
  };
}

/** Calls Slack's Web API in the name of one token; every failure is a `SlackFailure`. */
export class WebCaller {
  /** For what a person waits for; a queue of posts never stands before it. */
  readonly #web: WebClient;
  readonly #messages: WebClient;
  readonly #onCall: ClientOptions['onCall'];

  constructor({ token, apiUrl, fetch, onCall }: ClientOptions) {
    this.#onCall = onCall;
    this.#web = new WebClient(token, webClientOptions(apiUrl, fetch));
    this.#messages = new WebClient(token, {
      ...webClientOptions(apiUrl, fetch),
      maxRequestConcurrency: NO_QUEUE,
    });
  }

  async identity() {
    const answer = await this.#ask('auth.test', () => this.#web.auth.test());
    return {
      teamId: String(answer.team_id),
      teamName: String(answer.team ?? ''),
      botUserId: String(answer.user_id),
      scopes: (answer.response_metadata?.scopes ?? []) as string[],
    };
  }

  protected async call(method: string, args: Record<string, unknown>): Promise<Answer> {
    const web = OF_THE_OUTBOX.has(method) ? this.#messages : this.#web;
    return this.#ask(method, async () => (await web.apiCall(method, asJsonText(args))) as unknown as Answer);
  }

  async #ask<T>(method: string, act: () => Promise<T>): Promise<T> {
    const begun = realMilliseconds();
    const ended = (outcome: EndedCall['outcome']) =>
      this.#onCall?.({ method, outcome, seconds: (realMilliseconds() - begun) / 1_000 });
    try {
      const answer = await act();
      ended('ok');
      return answer;
    } catch (error) {
      const failure = toFailure(method, error);
      ended(failure.kind);
      throw failure;
    }
  }

  /** Undefined where Slack answers with one of the errors of `absent`. */
  protected async find<T>(
    method: string,
    args: Record<string, unknown>,
    absent: string[],
    read: (answer: Answer) => T,
  ): Promise<T | undefined> {
    try {
      return read(await this.call(method, args));
    } catch (error) {
      if (error instanceof SlackFailure && absent.includes(error.reason)) return undefined;
      throw error;
    }
  }

  protected async *pages(
    method: string,
    args: Record<string, unknown>,
    turnPage = slowly(method),
  ): AsyncGenerator<Answer> {
    let cursor = '';
    do {
      const ask = () => this.call(method, cursor ? { ...args, cursor } : args);
      // Nothing is lost yet with the first page: whoever asked for it knows how long to wait. With a later one all would be.
      const page = cursor ? await turnPage(ask) : await ask();
      yield page;
      cursor = (page.response_metadata as { next_cursor?: string } | undefined)?.next_cursor ?? '';
    } while (cursor);
  }

  /** What all pages hold in `field`. */
  protected async all(method: string, args: Record<string, unknown>, field: string): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const page of this.pages(method, { limit: MOST_PER_PAGE, ...args }))
      found.push(...(page[field] as unknown[]));
    return found;
  }
}
