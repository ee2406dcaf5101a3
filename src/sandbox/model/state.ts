/** A Block Kit block or element as Slack keeps it: checked on arrival, every block with a `block_id`. */
export interface Block {
  type: string;
  block_id: string;
  [field: string]: unknown;
}

export interface Team {
  id: string;
  name: string;
  domain: string;
}

export interface User {
  id: string;
  /** The organisation the person belongs to; another one than the team's for people of connected workspaces. */
  team_id: string;
  name: string;
  real_name: string;
  email: string;
  title: string;
  /** IANA zone. */
  tz: string;
  locale: string;
  deleted: boolean;
  is_bot: boolean;
  /** A guest. */
  is_restricted: boolean;
}

export interface Channel {
  id: string;
  /** Without `#`; for a direct message the other person's name. */
  name: string;
  kind: 'public' | 'private' | 'im';
  topic: string;
  is_archived: boolean;
  members: string[];
  /** Direct messages: the person who talks with the bot or with the first member. */
  user?: string;
  created: number;
}

export interface Group {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

export type Broadcast = 'here' | 'channel' | 'everyone';

/** Who a message calls, by its text and its blocks together: blocks do not hide what the text would call. */
export interface Mentions {
  users: string[];
  groups: string[];
  broadcasts: Broadcast[];
}

export interface MessageMetadata {
  event_type: string;
  event_payload: Record<string, unknown>;
}

export interface Message {
  channel: string;
  ts: string;
  /** Author: a person, the bot's user, or `USLACKBOT`. */
  user: string;
  bot_id?: string;
  text: string;
  blocks: Block[];
  thread_ts?: string;
  /** A thread reply that is also shown in the channel. */
  reply_broadcast?: boolean;
  edited?: { user: string; ts: string };
  metadata?: MessageMetadata;
  files: string[];
  mentions: Mentions;
}

export interface Ephemeral {
  id: string;
  channel: string;
  /** Its only reader. */
  user: string;
  ts: string;
  author: string;
  thread_ts?: string;
  text: string;
  blocks: Block[];
}

export interface SlackFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  size: number;
  user: string;
  created: number;
  channels: string[];
  url_private: string;
}

export interface ViewState {
  values: Record<string, Record<string, Record<string, unknown>>>;
}

export interface View {
  id: string;
  type: 'modal' | 'home';
  callback_id: string;
  external_id: string;
  title?: Record<string, unknown>;
  submit?: Record<string, unknown>;
  close?: Record<string, unknown>;
  blocks: Block[];
  private_metadata: string;
  hash: string;
  state: ViewState;
  root_view_id: string;
  previous_view_id: string | null;
  clear_on_close: boolean;
  notify_on_close: boolean;
}

export interface Pin {
  channel: string;
  ts: string;
  by: string;
  created: number;
}

export interface ApiCall {
  method: string;
  args: Record<string, unknown>;
  /** Sandbox time. */
  at: Date;
  /** `ok`, Slack's error code, `ratelimited`, or `fault:<kind>`. */
  outcome: string;
}

export type ChangeKind =
  | 'message'
  | 'message_changed'
  | 'message_deleted'
  | 'ephemeral'
  | 'view'
  | 'home'
  | 'pin'
  | 'members'
  | 'file';

/** Something became visible; `user` is set when only this person sees it. */
export interface Change {
  kind: ChangeKind;
  channel?: string;
  user?: string;
  ts?: string;
}

/** What everybody in the sandbox could see, for pages and tests. Arrays are in order of time. */
export interface SandboxState {
  readonly team: Team;
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  readonly groups: readonly Group[];
  readonly files: readonly SlackFile[];
  user(id: string): User | undefined;
  /** By id, name or `#name`. */
  channel(idOrName: string): Channel | undefined;
  group(id: string): Group | undefined;
  /** What a channel shows: top-level messages and replies that were also sent to the channel. */
  messages(channelId: string): Message[];
  message(channelId: string, ts: string): Message | undefined;
  /** The parent and its replies. */
  thread(channelId: string, ts: string): Message[];
  ephemerals(userId: string, channelId?: string): Ephemeral[];
  file(id: string): SlackFile | undefined;
  content(fileId: string): Buffer | undefined;
  /** The modals a person has open, the root first. */
  views(userId: string): View[];
  home(userId: string): View | undefined;
  pins(channelId: string): Pin[];
}
