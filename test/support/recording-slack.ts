import type { HomeView, ModalView } from '@slack/types';
import { harbour } from '../../src/sandbox/organisation.ts';
import { SlackFailure } from '../../src/slack/failure.ts';
import type { Message } from '../../src/slack/message.ts';
import type { Posted, Slack, SlackChannel, SlackClient, SlackUser } from '../../src/slack/port.ts';

export interface Recorded {
  channel: string;
  target: string;
  ts: string;
  deliveryId: string;
  message: Message;
  /** What it looked like before, oldest first. */
  versions: Message[];
  pinned: boolean;
}

export const TEAM = harbour.team.id;

/** Slack's port with a memory: the harbour organisation, and everything that was said to it. Fails when told to. */
export class RecordingSlack implements Slack, SlackClient {
  readonly posts: Recorded[] = [];
  readonly ephemerals: { channel: string; user: string; message: Message }[] = [];
  readonly files: { target: string; name: string; content: string }[] = [];
  /** What people uploaded, by file id. */
  readonly uploads = new Map<string, { name: string; content: string }>();
  readonly views: ModalView[] = [];
  readonly homes = new Map<string, HomeView>();
  /** Failures for the next posts, first come first served; `applied` ones post before they fail. */
  readonly failNext: { failure: SlackFailure; applied?: boolean }[] = [];
  /** While true, no post gets through, however often it is tried. */
  unreachable = false;
  #clock = 1_700_000_000;

  of(): SlackClient {
    return this;
  }

  /** Everything said to this channel or person, oldest first. */
  to(target: string): Recorded[] {
    return this.posts.filter((post) => post.target === target);
  }

  async post(target: string, message: Message, deliveryId: string): Promise<Posted> {
    if (this.unreachable) throw new SlackFailure('passing', 'chat.postMessage', 'ECONNREFUSED');
    const failing = this.failNext.shift();
    if (failing && !failing.applied) throw failing.failure;
    const posted = { channel: target.replace(/^U/, 'D'), ts: `${this.#clock++}.000100` };
    this.posts.push({ ...posted, target, deliveryId, message, versions: [], pinned: false });
    if (failing) throw failing.failure;
    return posted;
  }

  async update(channel: string, ts: string, message: Message): Promise<void> {
    const post = this.#at(channel, ts, 'chat.update');
    post.versions.push(post.message);
    post.message = message;
  }

  async findDelivery(_target: string, deliveryId: string): Promise<Posted | undefined> {
    return this.posts.find((post) => post.deliveryId === deliveryId);
  }

  async pin(channel: string, ts: string): Promise<void> {
    this.#at(channel, ts, 'pins.add').pinned = true;
  }

  async ephemeral(channel: string, user: string, message: Message): Promise<void> {
    this.ephemerals.push({ channel, user, message });
  }

  async openView(_triggerId: string, view: ModalView): Promise<string> {
    this.views.push(view);
    return `V${this.views.length}`;
  }

  async updateView(_viewId: string, view: ModalView): Promise<void> {
    this.views.push(view);
  }

  async publishHome(user: string, view: HomeView): Promise<void> {
    this.homes.set(user, view);
  }

  async sendFile(target: string, { name, content }: { name: string; content: string }): Promise<void> {
    this.files.push({ target, name, content });
  }

  async readFile(fileId: string): Promise<{ name: string; content: string }> {
    const file = this.uploads.get(fileId);
    if (!file) throw new SlackFailure('refused', 'files.info', 'file_not_found');
    return file;
  }

  async user(id: string): Promise<SlackUser | undefined> {
    return (await this.users()).find((user) => user.id === id);
  }

  recentUser(id: string): Promise<SlackUser | undefined> {
    return this.user(id);
  }

  async userByEmail(email: string): Promise<SlackUser | undefined> {
    const id = harbour.users.find((user) => user.email === email)?.id;
    return id ? this.user(id) : undefined;
  }

  async users(): Promise<SlackUser[]> {
    return harbour.users.map((user) => ({
      id: user.id,
      teamId: user.team_id,
      name: user.name,
      displayName: user.real_name,
      timezone: user.tz,
      bot: user.is_bot,
      guest: user.is_restricted,
      deactivated: user.deleted,
    }));
  }

  async channel(id: string): Promise<SlackChannel | undefined> {
    return (await this.channels()).find((channel) => channel.id === id);
  }

  async channels(): Promise<SlackChannel[]> {
    return harbour.channels.map(({ id, name }) => ({ id, name, archived: false, joined: true }));
  }

  async members(channel: string): Promise<string[]> {
    return harbour.channels.find(({ id }) => id === channel)?.members ?? [];
  }

  async groups() {
    return harbour.groups.map(({ id, handle }) => ({ id, handle }));
  }

  async groupMembers(group: string): Promise<string[]> {
    return harbour.groups.find(({ id }) => id === group)?.users ?? [];
  }

  async identity() {
    return { teamId: TEAM, teamName: harbour.team.name, botUserId: 'UWATCHBELL', scopes: [] };
  }

  #at(channel: string, ts: string, method: string): Recorded {
    const post = this.posts.find((each) => each.channel === channel && each.ts === ts);
    if (!post) throw new SlackFailure('refused', method, 'message_not_found');
    return post;
  }
}
