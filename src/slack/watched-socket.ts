import { setTimeout as pause } from 'node:timers/promises';
import { type App, type Logger as BoltLogger, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Logger } from '../logger.ts';
import { toFailure } from './call.ts';
import type { SlackFailure } from './failure.ts';

export interface WatchedSocketOptions {
  appToken: string;
  logger: Logger;
  /** Of Slack's library. */
  quiet: BoltLogger;
  /** For the call that asks for the address of a new connection. */
  clientOptions: WebClientOptions;
}

/** Real milliseconds. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** From asking for a connection to Slack's hello. */
const PATIENCE_MS = 20_000;

/**
 * Slack's requests over a connection that we open ourselves, and open anew whenever it ends. Slack's library would do that
 * too, but waits five seconds first, says nothing of it, and ends the process where Slack refuses the token.
 */
export class WatchedSocket implements Receiver {
  readonly #receiver: SocketModeReceiver;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #connected = false;
  #trouble: string | undefined = 'there is no connection yet';
  /** What the library said last: it rejects without a reason. */
  #lastError: unknown;

  constructor({ appToken, logger, quiet, clientOptions }: WatchedSocketOptions) {
    this.#logger = logger;
    this.#receiver = new SocketModeReceiver({
      appToken,
      logger: quiet,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions },
    });
    const { client } = this.#receiver;
    client.on('connected', () => {
      this.#connected = true;
      this.#trouble = undefined;
    });
    client.on('disconnected', () => {
      if (this.#connected) this.#trouble = 'the connection has ended';
      this.#connected = false;
    });
    client.on('error', (error: unknown) => {
      this.#lastError = error;
    });
  }

  init(app: App): void {
    this.#receiver.init(app);
  }

  /** Why nothing of Slack's arrives; undefined while it does. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Throws where Slack refuses the first connection; one that fails otherwise is tried again, as all later ones. */
  async start(): Promise<void> {
    const failure = await this.#open();
    if (failure?.kind === 'refused') throw failure;
    void this.#keepOpen(failure);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#receiver.stop();
  }

  async #keepOpen(first: SlackFailure | undefined): Promise<void> {
    const { signal } = this.#stopping;
    let failure = first;
    for (let failures = 0; !signal.aborted; failure = await this.#open()) {
      failures = failure ? failures + 1 : 0;
      if (failures === 1)
        this.#logger.error(
          { err: failure },
          'Slack: no connection; nobody can be answered until there is one',
        );
      if (this.#connected) await this.#end();
      await pause(pauseAfter(failures, failure), undefined, { signal }).catch(() => {});
    }
    if (this.#connected) await this.#receiver.stop();
  }

  #end(): Promise<void> {
    return new Promise((resolve) => this.#receiver.client.once('disconnected', () => resolve()));
  }

  async #open(): Promise<SlackFailure | undefined> {
    this.#lastError = undefined;
    const late = setTimeout(() => void this.#receiver.client.disconnect(), PATIENCE_MS);
    try {
      await this.#receiver.start();
      return undefined;
    } catch (error) {
      const failure = toFailure('apps.connections.open', error ?? this.#lastError ?? new Error('no hello'));
      const means = failure.kind === 'refused' ? 'Slack refuses the app token' : 'Slack cannot be reached';
      this.#trouble = `${means}: ${failure.reason}`;
      return failure;
    } finally {
      clearTimeout(late);
    }
  }
}

const pauseAfter = (failures: number, failure: SlackFailure | undefined): number =>
  Math.max((failure?.retryAfter ?? 0) * 1_000, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
