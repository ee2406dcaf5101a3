import type { Core } from '../core.ts';
import { failureWithMessages, SlackFailure } from '../failure.ts';
import type { Channel } from '../model.ts';
import type { Tier } from '../rate-limits.ts';
import { complaint } from '../validate/explain.ts';

export type Answer = Record<string, unknown>;

export interface Method {
  /** Which token it takes; default the bot's. */
  token?: 'bot' | 'app';
  /** The scope it needs; a method whose scope depends on the channel checks it by `needChannelScope`. */
  scope?: string;
  tier: Tier;
  required?: string[];
  run(call: Call): Answer | Promise<Answer>;
}

/** One call's arguments, whether they came as a form, as JSON or in the query. */
export class Call {
  readonly core: Core;
  readonly args: Record<string, unknown>;

  constructor(core: Core, args: Record<string, unknown>) {
    this.core = core;
    this.args = args;
  }

  text(name: string): string {
    return this.optionalText(name) ?? '';
  }

  optionalText(name: string): string | undefined {
    const value = this.args[name];
    return value === undefined || value === null ? undefined : String(value);
  }

  flag(name: string): boolean {
    const value = this.args[name];
    return value === true || value === 'true' || value === '1' || value === 1;
  }

  number(name: string, fallback: number): number {
    const value = Number(this.args[name] ?? fallback);
    if (Number.isInteger(value) && value >= 0) return value;
    throw failureWithMessages('invalid_arguments', [complaint('must provide an integer', `/${name}`)]);
  }

  list(name: string): string[] {
    const value = this.args[name];
    const items = Array.isArray(value) ? value.map(String) : this.text(name).split(',');
    return items.map((item) => item.trim()).filter((item) => item !== '');
  }

  /** Throws `missing_scope` unless the manifest grants one of them. */
  needScope(...anyOf: string[]): void {
    const provided = this.core.manifest.botScopes;
    if (anyOf.some((scope) => provided.includes(scope))) return;
    throw new SlackFailure('missing_scope', { needed: anyOf.join(','), provided: provided.join(',') });
  }

  /** E.g. `channels:history`, `groups:history` or `im:history` by the channel's kind. */
  needChannelScope(channel: Channel, right: string): void {
    const prefix = { public: 'channels', private: 'groups', im: 'im' }[channel.kind];
    this.needScope(`${prefix}:${right}`);
  }

  /** The channel, if the bot can see it at all. Throws `channel_not_found`. */
  channel(name = 'channel'): Channel {
    const { workspace } = this.core;
    const channel = workspace.channels.find((one) => one.id === this.text(name));
    if (channel && (channel.kind === 'public' || channel.members.includes(workspace.bot.id))) return channel;
    throw new SlackFailure('channel_not_found');
  }

  /** The channel, if the bot is in it. Throws `channel_not_found` or `not_in_channel`. */
  joinedChannel(name = 'channel'): Channel {
    const channel = this.channel(name);
    if (channel.members.includes(this.core.workspace.bot.id)) return channel;
    throw new SlackFailure('not_in_channel');
  }
}

/** One page of `items` by `cursor` and `limit`, with `response_metadata.next_cursor`. */
export function page<T>(call: Call, items: readonly T[], defaultLimit: number, most: number) {
  const limit = Math.min(call.number('limit', defaultLimit) || defaultLimit, most);
  const start = readCursor(call.text('cursor'));
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: items.slice(start, end), response_metadata: { next_cursor: next } };
}

function readCursor(cursor: string): number {
  if (cursor === '') return 0;
  const match = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  if (!match) throw new SlackFailure('invalid_cursor');
  return Number(match[1]);
}
