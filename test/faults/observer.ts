import type { Message, Sandbox } from '../../src/sandbox/index.ts';

/** A message of the bot, as it appeared and as it stands in the end. */
export interface Seen {
  /** A channel's id, or the id of the person whose direct messages it is in. */
  target: string;
  ts: string;
  /** By the sandbox's clock, milliseconds. */
  at: number;
  /** The same by real time. */
  realAt: number;
  text: string;
  /** The latest wording. */
  finally: string;
}

/** Keeps every message of the bot. */
export class Observer {
  readonly seen: Seen[] = [];
  readonly #byPlace = new Map<string, Seen>();

  constructor(sandbox: Sandbox) {
    sandbox.onChange(({ kind, channel = '', ts = '' }) => {
      if (kind !== 'message' && kind !== 'message_changed') return;
      const message = sandbox.state.message(channel, ts);
      if (message?.user === sandbox.botUserId) this.#note(sandbox, message);
    });
  }

  #note(sandbox: Sandbox, { channel, ts, text }: Message): void {
    const place = `${channel} ${ts}`;
    const known = this.#byPlace.get(place);
    if (known) {
      known.finally = text;
      return;
    }
    const where = sandbox.state.channel(channel);
    const target = where?.kind === 'im' ? (where.user ?? channel) : channel;
    const seen = { target, ts, at: Number(ts) * 1_000, realAt: Date.now(), text, finally: text };
    this.#byPlace.set(place, seen);
    this.seen.push(seen);
  }
}
