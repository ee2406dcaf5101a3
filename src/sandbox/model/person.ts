import type { Channel, Ephemeral, Message, SlackFile, User, View } from './state.ts';

export type Target = { channel: string; ts: string } | { ephemeral: string } | { view: string };

/** A value as a person enters it: text or an option's value, an id, a date, several of them, or nothing. */
export type FormValue = string | number | string[] | null;
/** By block id; input blocks hold one element, so its `action_id` may be left out. */
export type FormValues = Record<string, FormValue | Record<string, FormValue>>;

export interface ClickOptions {
  block_id?: string;
  /** What to choose, for anything but a button: option value, id, date, text, or several of them. */
  selected?: FormValue;
  /** In a modal: what stands in its inputs at that moment; the app reads it in `view.state`. */
  values?: FormValues;
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
  /** The payload that `command` would send, also for somebody of another organisation. */
  commandPayload(channelId: string, command: string, text?: string): Record<string, unknown>;
  click(target: Target, actionId: string, options?: ClickOptions): Promise<Acknowledged>;
  /** The payload that `click` would send, for tests that tamper with it. */
  clickPayload(target: Target, actionId: string, options?: ClickOptions): Record<string, unknown>;
  /** The modal on top, with all that are open (the root first). */
  modal(): { view: View; stack: View[] } | undefined;
  submit(values?: FormValues): Promise<Submission>;
  /** The payload that `submit` would send, where the client has nothing to object. */
  submissionPayload(values?: FormValues): Record<string, unknown>;
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

/** Slack's client would not let the person do this; `message` is what to show. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}
