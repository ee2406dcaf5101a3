import type { Hono } from 'hono';
import type { Clock } from '../../clock.ts';
import type { Person } from './person.ts';
import type { ApiCall, Change, Channel, Group, SandboxState, Team, User } from './state.ts';

export type FaultKind =
  | '429'
  | '429-without-retry-after'
  | '5xx'
  | 'internal_error'
  | 'reset'
  | 'slow'
  | 'cut'
  | 'torn'
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

/** A fault that hit a call, at an instant of real time in milliseconds of the epoch. */
export interface FaultHit {
  fault: Fault;
  method: string;
  at: number;
}

/** When a call is about to be carried out, and when it was but is not answered yet. */
export type CallMoment = 'arrives' | 'applied';

export interface Faults {
  inject(fault: Fault): void;
  clear(): void;
  /** Every fault that hit a call, oldest first. */
  readonly hits: readonly FaultHit[];
  /** Calls `act` once, at this moment of the next call of the method. Returns how to stop waiting for it. */
  atNext(method: string, moment: CallMoment, act: () => void): () => void;
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
  /** For further routes, added before the first request. */
  readonly http: Hono;
  readonly clock: Clock;
  readonly teamId: string;
  readonly botUserId: string;
  readonly credentials: { botToken: string; appToken: string; signingSecret: string };
  readonly state: SandboxState;
  readonly faults: Faults;
  readonly socket: SocketControl;
  /** The latest 10,000 Web API calls, oldest first. */
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
  /** Hangs up on everyone and refuses connections until `goOnline`; what is stored stays. */
  goOffline(): Promise<void>;
  /** Listens on the same port again. */
  goOnline(): Promise<void>;
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
