import type { Message, Sandbox } from '../../src/sandbox/index.ts';
import type { Struck } from './evidence.ts';
import { machine } from './machine.ts';

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
  /** Every wording after the first, with when it came by the sandbox's clock. */
  edits?: { at: number; text: string }[];
  pinned?: boolean;
}

/** Keeps every message of the bot, and how busy the machine is meanwhile. */
export class Observer {
  readonly seen: Seen[] = [];
  readonly #byPlace = new Map<string, Seen>();
  readonly #begun = Date.now();

  constructor(sandbox: Sandbox) {
    machine.watch();
    sandbox.onChange(({ kind, channel = '', ts = '' }) => {
      if (kind === 'pin')
        for (const pin of sandbox.state.pins(channel)) {
          const pinned = this.#byPlace.get(`${channel} ${pin.ts}`);
          if (pinned) pinned.pinned = true;
        }
      if (kind !== 'message' && kind !== 'message_changed') return;
      const message = sandbox.state.message(channel, ts);
      if (message?.user === sandbox.botUserId) this.#note(sandbox, message);
    });
  }

  /** Real milliseconds by which this process came late, all but once in a hundred times. */
  get lag(): number {
    return machine.lag;
  }

  /** When this process, and Slack and the people within it, stood still because the machine did something else. */
  get stalls(): Struck[] {
    return machine.stalls.filter(({ to }) => to >= this.#begun);
  }

  #note(sandbox: Sandbox, { channel, ts, text }: Message): void {
    const place = `${channel} ${ts}`;
    const known = this.#byPlace.get(place);
    if (known) {
      known.finally = text;
      known.edits = [...(known.edits ?? []), { at: sandbox.clock.now().getTime(), text }];
      return;
    }
    const where = sandbox.state.channel(channel);
    const target = where?.kind === 'im' ? (where.user ?? channel) : channel;
    const seen: Seen = { target, ts, at: Number(ts) * 1_000, realAt: Date.now(), text, finally: text };
    this.#byPlace.set(place, seen);
    this.seen.push(seen);
  }
}
