import type { HomeView, ModalView } from '@slack/types';
import type { Message } from './message.ts';

/** Slack as the rest of the program sees it. Every call throws one of the error classes of `slack/failure.ts`. */
export interface Slack {
  /** The client of this workspace. Throws `not_found` where the bot is not installed. */
  of(teamId: string): SlackClient;
}

export interface SlackClient {
  /**
   * Posts once, without retries. `deliveryId` goes into the metadata, so that a doubtful post can be found again.
   * To a user id it becomes a direct message; keep the channel that comes back.
   */
  post(target: string, message: Message, deliveryId: string): Promise<Posted>;
  update(channel: string, ts: string, message: Message): Promise<void>;
  /** Where the message stands that carries this delivery id, if Slack has it. */
  findDelivery(target: string, deliveryId: string, look: Look): Promise<Posted | undefined>;
  /** Already pinned is fine. */
  pin(channel: string, ts: string): Promise<void>;
  ephemeral(channel: string, user: string, message: Message): Promise<void>;
  openView(triggerId: string, view: ModalView): Promise<string>;
  updateView(viewId: string, view: ModalView): Promise<void>;
  publishHome(user: string, view: HomeView): Promise<void>;
  /** Sends a text file to a person's direct messages or to a channel. */
  sendFile(target: string, file: { name: string; title: string; content: string }): Promise<void>;
  /** The text of a file that somebody uploaded, at most `maxBytes`. */
  readFile(fileId: string, maxBytes: number): Promise<{ name: string; content: string }>;
  /** By Slack's word at this moment: what somebody may do hangs on it. */
  user(id: string): Promise<SlackUser | undefined>;
  /** The same as it was some seconds ago at most: for plans, whose people are looked up again and again, and for names. */
  recentUser(id: string): Promise<SlackUser | undefined>;
  userByEmail(email: string): Promise<SlackUser | undefined>;
  /** Every user of the workspace, deactivated ones and guests too. */
  users(): Promise<SlackUser[]>;
  channel(id: string): Promise<SlackChannel | undefined>;
  channels(): Promise<SlackChannel[]>;
  members(channel: string): Promise<string[]>;
  groups(): Promise<SlackGroup[]>;
  groupMembers(group: string): Promise<string[]>;
  identity(): Promise<{ teamId: string; teamName: string; botUserId: string; scopes: string[] }>;
}

/** Asks for a page after the first, when that may be; what it throws ends the reading. */
export type TurnPage = <T>(ask: () => Promise<T>) => Promise<T>;

/** How far back a target's messages are read. */
export interface Look {
  since: Date;
  turnPage: TurnPage;
}

export interface Posted {
  channel: string;
  ts: string;
}

export interface SlackUser {
  id: string;
  teamId: string;
  /** The handle, without @. */
  name: string;
  displayName: string;
  /** IANA zone; `UTC` where Slack knows none. */
  timezone: string;
  bot: boolean;
  guest: boolean;
  deactivated: boolean;
}

export interface SlackChannel {
  id: string;
  /** Without #. */
  name: string;
  archived: boolean;
  /** The bot is in it. */
  joined: boolean;
}

export interface SlackGroup {
  id: string;
  /** Without @. */
  handle: string;
}
