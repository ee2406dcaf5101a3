import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

type Hear = (payload: string | null) => void;

/** One that is idle and lost without a word is noticed within half a minute. */
export const CONNECTION = {
  connectionTimeoutMillis: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** One connection for every LISTEN of this process. A lost one is replaced for as long as it takes. */
export class Listener {
  readonly #url: string;
  readonly #report: (error: Error) => void;
  readonly #hearers = new Map<string, Set<Hear>>();
  readonly #stopping = new AbortController();
  #connected: Promise<pg.Client> | undefined;
  #restoring: Promise<void> | undefined;

  constructor(url: string, report: (error: Error) => void) {
    this.#url = url;
    this.#report = report;
  }

  async listen(channel: string, hear: Hear): Promise<() => Promise<void>> {
    const hearers = this.#hearers.get(channel) ?? new Set();
    this.#hearers.set(channel, hearers.add(hear));
    await this.#subscribe(channel);
    return async () => {
      hearers.delete(hear);
      if (hearers.size > 0) return;
      this.#hearers.delete(channel);
      const client = await this.#connected;
      // A connection that is lost takes its subscriptions along.
      await client?.query(`unlisten ${client.escapeIdentifier(channel)}`).catch(() => undefined);
    };
  }

  async #subscribe(channel: string): Promise<void> {
    this.#connected ??= this.#connect();
    try {
      const client = await this.#connected;
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      // The next connection listens to every channel that is known by then.
      if (!this.#restoring) throw error;
      await this.#restoring;
    }
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#restoring;
    const client = await this.#connected?.catch(() => undefined);
    await client?.end();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'watchbell listen',
      ...CONNECTION,
    });
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''));
    client.on('error', this.#report);
    await client.connect();
    for (const channel of this.#hearers.keys())
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
    client.once('end', () => {
      if (!this.#stopping.signal.aborted) this.#restoring = this.#restore();
    });
    return client;
  }

  async #restore(): Promise<void> {
    for (
      let wait = FIRST_RETRY_MS;
      !this.#stopping.signal.aborted;
      wait = Math.min(wait * 2, LAST_RETRY_MS)
    ) {
      try {
        this.#connected = Promise.resolve(await this.#connect());
        for (const channel of this.#hearers.keys()) this.#tell(channel, null);
        return;
      } catch (error) {
        this.#report(error instanceof Error ? error : new Error(String(error)));
        await sleep(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  #tell(channel: string, payload: string | null): void {
    for (const hear of [...(this.#hearers.get(channel) ?? [])]) hear(payload);
  }
}
