import type { HomeView, ModalView } from '@slack/types';
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { toFailure } from './call.ts';
import { SlackFailure } from './failure.ts';
import type { Message } from './message.ts';
import type { Posted, SlackChannel, SlackClient, SlackGroup, SlackUser } from './port.ts';

export interface ClientOptions {
  token: string;
  apiUrl: string;
  /** Default: the global one. */
  fetch?: typeof fetch;
}

/** The event type of the metadata that every post carries. */
export const DELIVERY_EVENT = 'watchbell_delivery';

/** Slack's client library retries by posting again, and sleeps through a 429: both are the outbox's business. */
export const webClientOptions = (apiUrl: string, fetch?: typeof globalThis.fetch): WebClientOptions => ({
  slackApiUrl: apiUrl,
  fetch,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: 10_000,
  logLevel: LogLevel.ERROR,
});

/** What goes out by the outbox, under its pacing. */
const OF_THE_OUTBOX = new Set([
  'chat.postMessage',
  'chat.update',
  'conversations.history',
  'conversations.open',
  'pins.add',
]);

type Answer = Record<string, unknown>;

/** Slack takes up to 1,000; fewer would use up the rate limit of users.list (20 calls a minute) at 4,000 people. */
const MOST_PER_PAGE = 999;

/** One workspace's Slack. Calls go out at once: the outbox keeps to Slack's rate limits, people's own acts stay below them. */
export class WebSlackClient implements SlackClient {
  /** For what a person waits for; a queue of posts never stands before it. */
  readonly #web: WebClient;
  readonly #messages: WebClient;
  readonly #token: string;

  constructor({ token, apiUrl, fetch }: ClientOptions) {
    this.#web = new WebClient(token, webClientOptions(apiUrl, fetch));
    this.#messages = new WebClient(token, webClientOptions(apiUrl, fetch));
    this.#token = token;
  }

  async post(target: string, message: Message, deliveryId: string): Promise<Posted> {
    const answer = await this.#call('chat.postMessage', {
      channel: target,
      ...message,
      metadata: { event_type: DELIVERY_EVENT, event_payload: { delivery: deliveryId } },
      unfurl_links: false,
      unfurl_media: false,
    });
    if (!answer.ts || !answer.channel)
      throw new SlackFailure('doubtful', 'chat.postMessage', 'answer without ts');
    return { channel: String(answer.channel), ts: String(answer.ts) };
  }

  async update(channel: string, ts: string, message: Message): Promise<void> {
    await this.#call('chat.update', { channel, ts, ...message });
  }

  async findDelivery(target: string, deliveryId: string, since: Date): Promise<Posted | undefined> {
    const channel = target.startsWith('U') || target.startsWith('W') ? await this.#open(target) : target;
    const oldest = String(Math.floor(since.getTime() / 1_000));
    for await (const page of this.#pages('conversations.history', {
      channel,
      oldest,
      include_all_metadata: true,
      limit: 200,
    })) {
      const found = (page.messages as HistoryMessage[]).find(
        ({ metadata }) =>
          metadata?.event_type === DELIVERY_EVENT && metadata.event_payload?.delivery === deliveryId,
      );
      if (found) return { channel, ts: found.ts };
    }
    return undefined;
  }

  async pin(channel: string, ts: string): Promise<void> {
    try {
      await this.#call('pins.add', { channel, timestamp: ts });
    } catch (error) {
      if (error instanceof SlackFailure && error.reason === 'already_pinned') return;
      throw error;
    }
  }

  async ephemeral(channel: string, user: string, message: Message): Promise<void> {
    await this.#call('chat.postEphemeral', { channel, user, ...message });
  }

  async openView(triggerId: string, view: ModalView): Promise<string> {
    const answer = await this.#call('views.open', { trigger_id: triggerId, view });
    return (answer.view as { id: string }).id;
  }

  async updateView(viewId: string, view: ModalView): Promise<void> {
    await this.#call('views.update', { view_id: viewId, view });
  }

  async publishHome(user: string, view: HomeView): Promise<void> {
    await this.#call('views.publish', { user_id: user, view });
  }

  async sendFile(target: string, file: { name: string; title: string; content: string }): Promise<void> {
    const channel = target.startsWith('U') || target.startsWith('W') ? await this.#open(target) : target;
    const bytes = Buffer.from(file.content, 'utf8');
    const upload = await this.#call('files.getUploadURLExternal', {
      filename: file.name,
      length: bytes.length,
    });
    const sent = await fetch(String(upload.upload_url), { method: 'POST', body: bytes }).catch(
      (error: unknown) => {
        throw toFailure('files.upload', error);
      },
    );
    if (!sent.ok) throw new SlackFailure('passing', 'files.upload', `HTTP ${sent.status}`);
    await this.#call('files.completeUploadExternal', {
      files: [{ id: String(upload.file_id), title: file.title }],
      channel_id: channel,
    });
  }

  async readFile(fileId: string, maxBytes: number): Promise<{ name: string; content: string }> {
    const { file } = (await this.#call('files.info', { file: fileId })) as unknown as { file: FileInfo };
    if (file.size > maxBytes) throw new SlackFailure('refused', 'files.info', 'file_too_large');
    const answer = await fetch(file.url_private, { headers: { authorization: `Bearer ${this.#token}` } });
    if (!answer.ok) throw new SlackFailure('refused', 'files.download', `HTTP ${answer.status}`);
    return { name: file.name, content: await answer.text() };
  }

  async user(id: string): Promise<SlackUser | undefined> {
    return this.#find('users.info', { user: id }, ['user_not_found', 'user_not_visible'], (answer) =>
      readUser(answer.user as RawUser),
    );
  }

  async userByEmail(email: string): Promise<SlackUser | undefined> {
    return this.#find('users.lookupByEmail', { email }, ['users_not_found'], (answer) =>
      readUser(answer.user as RawUser),
    );
  }

  async users(): Promise<SlackUser[]> {
    return (await this.#all('users.list', {}, 'members')).map((user) => readUser(user as RawUser));
  }

  async channel(id: string): Promise<SlackChannel | undefined> {
    return this.#find('conversations.info', { channel: id }, ['channel_not_found'], (answer) =>
      readChannel(answer.channel as RawChannel),
    );
  }

  async channels(): Promise<SlackChannel[]> {
    const found = await this.#all(
      'conversations.list',
      { types: 'public_channel,private_channel' },
      'channels',
    );
    return found.map((channel) => readChannel(channel as RawChannel));
  }

  async members(channel: string): Promise<string[]> {
    return (await this.#all('conversations.members', { channel }, 'members')) as string[];
  }

  async groups(): Promise<SlackGroup[]> {
    const { usergroups } = await this.#call('usergroups.list', {});
    return (usergroups as SlackGroup[]).map(({ id, handle }) => ({ id, handle }));
  }

  async groupMembers(group: string): Promise<string[]> {
    return (await this.#call('usergroups.users.list', { usergroup: group })).users as string[];
  }

  async identity() {
    const answer = await this.#web.auth.test().catch((error: unknown) => {
      throw toFailure('auth.test', error);
    });
    return {
      teamId: String(answer.team_id),
      teamName: String(answer.team ?? ''),
      botUserId: String(answer.user_id),
      scopes: (answer.response_metadata?.scopes ?? []) as string[],
    };
  }

  async #open(user: string): Promise<string> {
    return ((await this.#call('conversations.open', { users: user })).channel as { id: string }).id;
  }

  async #call(method: string, args: Record<string, unknown>): Promise<Answer> {
    try {
      const web = OF_THE_OUTBOX.has(method) ? this.#messages : this.#web;
      return (await web.apiCall(method, args)) as unknown as Answer;
    } catch (error) {
      throw toFailure(method, error);
    }
  }

  async #find<T>(
    method: string,
    args: Record<string, unknown>,
    absent: string[],
    read: (answer: Answer) => T,
  ): Promise<T | undefined> {
    try {
      return read(await this.#call(method, args));
    } catch (error) {
      if (error instanceof SlackFailure && absent.includes(error.reason)) return undefined;
      throw error;
    }
  }

  async *#pages(method: string, args: Record<string, unknown>): AsyncGenerator<Answer> {
    let cursor = '';
    do {
      const page = await this.#call(method, cursor ? { ...args, cursor } : args);
      yield page;
      cursor = (page.response_metadata as { next_cursor?: string } | undefined)?.next_cursor ?? '';
    } while (cursor);
  }

  async #all(method: string, args: Record<string, unknown>, field: string): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const page of this.#pages(method, { limit: MOST_PER_PAGE, ...args }))
      found.push(...(page[field] as unknown[]));
    return found;
  }
}

interface HistoryMessage {
  ts: string;
  metadata?: { event_type: string; event_payload?: { delivery?: string } };
}
interface FileInfo {
  name: string;
  size: number;
  url_private: string;
}
interface RawUser {
  id: string;
  team_id?: string;
  name?: string;
  tz?: string;
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  profile?: { display_name?: string; real_name?: string };
}
interface RawChannel {
  id: string;
  name?: string;
  is_archived?: boolean;
  is_member?: boolean;
}

const readUser = (user: RawUser): SlackUser => ({
  id: user.id,
  teamId: user.team_id ?? '',
  name: user.name ?? user.id,
  displayName: user.profile?.display_name || user.profile?.real_name || user.name || user.id,
  timezone: user.tz ?? 'UTC',
  bot: user.is_bot ?? false,
  guest: (user.is_restricted ?? false) || (user.is_ultra_restricted ?? false),
  deactivated: user.deleted ?? false,
});

const readChannel = (channel: RawChannel): SlackChannel => ({
  id: channel.id,
  name: channel.name ?? channel.id,
  archived: channel.is_archived ?? false,
  joined: channel.is_member ?? false,
});
