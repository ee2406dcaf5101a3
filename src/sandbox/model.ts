import type { Hono } from 'hono';
import type { Clock } from '../clock.ts';

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

/** Who a message calls: computed from text and blocks as Slack does. */
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

export type Target = { channel: string; ts: string } | { ephemeral: string } | { view: string };

/** A value as a person enters it: text or an option's value, an id, a date, several of them, or nothing. */
export type FormValue = string | number | string[] | null;
/** By block id; input blocks hold one element, so its `action_id` may be left out. */
export type FormValues = Record<string, FormValue | Record<string, FormValue>>;

export interface ClickOptions {
  block_id?: string;
  /** What to choose, for anything but a button: option value, id, date, text, or several of them. */
  selected?: FormValue;
  /** Answer to the element's confirm dialog, if it has one. Default `accept`. */
  confirm?: 'accept' | 'deny';
}

/** `failure` is what Slack shows the person, e.g. that the app did not answer within 3 seconds. */
export type Acknowledged = { acknowledged: true } | { acknowledged: false; failure: string };

export type Submission =
  | { result: 'closed' }
  | { result: 'errors'; errors: Record<string, string>; by: 'client' | 'app' }
  | { result: 'updated' | 'pushed'; view: View }
  | { result: 'failed'; failure: string };

export interface PostOptions {
  threadTs?: string;
  files?: string[];
}

/** Acts as one user: what the page and the tests use. Methods throw a `Refusal` where Slack's client would not let this person do it. */
export interface Person {
  readonly id: string;
  readonly user: User;
  /** Channels and direct messages this person sees. */
  channels(): Channel[];
  /** Runs a slash command with the text as typed; resolves when the app acknowledged it or failed to. */
  command(channelId: string, command: string, text?: string): Promise<Acknowledged>;
  click(target: Target, actionId: string, options?: ClickOptions): Promise<Acknowledged>;
  /** The payload that `click` would send, for tests that tamper with it. */
  clickPayload(target: Target, actionId: string, options?: ClickOptions): Record<string, unknown>;
  /** The modal on top, with all that are open (the root first). */
  modal(): { view: View; stack: View[] } | undefined;
  submit(values?: FormValues): Promise<Submission>;
  /** Closes the top modal (cancel); the one below shows again unless `clear_on_close`. */
  closeModal(): Promise<void>;
  openHome(): Promise<View | undefined>;
  home(): View | undefined;
  post(channelId: string, text: string, options?: PostOptions): Promise<Message>;
  messages(channelId: string): Message[];
  thread(channelId: string, ts: string): Message[];
  ephemerals(channelId?: string): Ephemeral[];
  /** What this person and the bot wrote each other. */
  directMessages(): Message[];
  uploadFile(name: string, content: string | Buffer, mimetype?: string): SlackFile;
  join(channelId: string): void;
}

export type FaultKind =
  | '429'
  | '429-without-retry-after'
  | '5xx'
  | 'internal_error'
  | 'refused'
  | 'reset'
  | 'slow'
  | 'cut'
  | 'lost';

export interface Fault {
  /** Web API method, or `*`. */
  method: string;
  /** A kind, or any of Slack's error codes. */
  kind: FaultKind | (string & {});
  /** How many calls it hits; default 1. */
  times?: number;
  /** Only calls whose arguments hold these values. */
  match?: Record<string, unknown>;
  /** Real milliseconds for `slow`. */
  delay?: number;
  /** Seconds for `429`; default 1. */
  retryAfter?: number;
  /** Status for `5xx`; default 503. */
  status?: number;
  /** For `5xx`, `internal_error` and other error codes: the call took effect all the same. */
  applied?: boolean;
}

export interface Faults {
  inject(fault: Fault): void;
  clear(): void;
  /** Faults that still wait for their calls. */
  readonly pending: readonly Fault[];
}

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** A delivery under the test's full control. */
export interface RawDelivery {
  type: EnvelopeType;
  payload: Record<string, unknown>;
  retry?: { num: number; reason: string };
  /** HTTP only: sign with another secret or time (Unix seconds, real), or change the body after signing. */
  secret?: string;
  timestamp?: number;
  tamper?: (body: string) => string;
}

export interface RawReply {
  acknowledged: boolean;
  /** HTTP only. */
  status?: number;
  body: unknown;
}

export interface SocketControl {
  readonly connections: number;
  /** Asks the app to reconnect, or (`abrupt`) cuts the line without a word. */
  disconnect(reason?: 'warning' | 'refresh_requested' | 'abrupt'): void;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`; the Web API is below `/api/`. */
  readonly url: string;
  readonly http: Hono;
  readonly clock: Clock;
  readonly teamId: string;
  readonly botUserId: string;
  readonly credentials: { botToken: string; appToken: string; signingSecret: string };
  readonly state: SandboxState;
  readonly faults: Faults;
  readonly socket: SocketControl;
  readonly calls: readonly ApiCall[];
  readonly commands: readonly { command: string; description: string; usageHint: string }[];
  as(userIdOrName: string): Person;
  /** Signed HTTP delivery to this address; `undefined` returns to Socket Mode. */
  deliverOverHttp(url: string | undefined): void;
  deliverRaw(delivery: RawDelivery): Promise<RawReply>;
  onChange(listener: (change: Change) => void): () => void;
  /** Deactivates or changes a person, archives a channel, … as an administrator would. */
  changeUser(userId: string, change: Partial<Pick<User, 'deleted' | 'is_restricted' | 'tz' | 'name'>>): void;
  changeChannel(channelId: string, change: Partial<Pick<Channel, 'is_archived' | 'members'>>): void;
  /** Makes the bot token answer `token_revoked`. */
  revokeToken(): void;
  close(): Promise<void>;
}

export interface ChannelSeed {
  id: string;
  name: string;
  kind?: 'public' | 'private';
  topic?: string;
  members: string[];
  /** Whether the bot was invited already. */
  bot: boolean;
}

export interface Organisation {
  team: Team;
  users: User[];
  channels: ChannelSeed[];
  groups: Group[];
}

/** What the sandbox needs of the app manifest. */
export interface AppManifest {
  name: string;
  botDisplayName: string;
  commands: { command: string; description: string; usageHint: string }[];
  botScopes: string[];
  botEvents: string[];
  homeTab: boolean;
  interactivity: boolean;
  socketMode: boolean;
}

export interface SandboxOptions {
  organisation: Organisation;
  manifest: AppManifest;
  clock: Clock;
  /** 0 (default) takes any free port. */
  port?: number;
  /** Default true. */
  rateLimits?: boolean;
}

/** Slack's client would not let the person do this; `message` is what to show. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}
