import type { Clock } from '../clock.ts';
import type { AppLink } from './delivery/app-link.ts';
import type { ResponseUrls } from './delivery/response-urls.ts';
import type { SocketMode } from './delivery/socket-mode.ts';
import type { Triggers } from './delivery/triggers.ts';
import type { AppManifest, ViewState } from './model.ts';
import type { Workspace } from './workspace.ts';

export interface Credentials {
  botToken: string;
  appToken: string;
  signingSecret: string;
}

/** What the parts of the sandbox share. */
export interface Core {
  readonly workspace: Workspace;
  readonly manifest: AppManifest;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly link: AppLink;
  readonly socket: SocketMode;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  /** What people chose in the elements of messages, by person and message. */
  readonly chosen: Map<string, ViewState>;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}
