import type { ModalView } from '@slack/types';
import type { Actor, Context } from '../context.ts';
import type { Message } from './message.ts';

/** What a slice offers in Slack. `app.ts` collects the surfaces; `dispatch.ts` binds them to Bolt. */
export interface Surface {
  commands?: Command[];
  actions?: Action[];
  views?: Submission[];
  /** Draws a person's App Home; at most one slice does. */
  home?(call: Call): Promise<void>;
}

/** Something that a person does, already authenticated by Slack's signature; not yet authorised. */
export interface Call {
  context: Context;
  actor: Actor & { userId: string };
  /** Where it was done, if in a channel or direct message. */
  channelId: string | undefined;
  /** Opens a modal within 3 seconds, once. */
  triggerId: string;
  /** Answers this person privately, where they are; in their direct messages where that cannot be. */
  reply(message: Message | string): Promise<void>;
}

/** `/upgrade <verb> …`; `text` is what follows the verb, as typed. */
export interface CommandCall extends Call {
  text: string;
}

export interface Command {
  verb: string;
  /** What to type after `/upgrade`, e.g. `status [UP-n] <text>`. */
  usage: string;
  /** One line for the help. */
  summary: string;
  run(call: CommandCall): Promise<void>;
}

/** A click, or a choice in a menu. */
export interface ActionCall extends Call {
  actionId: string;
  /** The button's value or the chosen option's; forgeable, so it only says what is meant, never what is allowed. */
  value: string;
  /** The message it is in, unless it is in a view. */
  message: { channel: string; ts: string } | undefined;
  /** The view it is in. */
  view: { id: string; metadata: string; values: FormValues } | undefined;
}

export interface Action {
  /** Exact, or a prefix ending in `.*` where several buttons of one message need different ids. */
  actionId: string;
  run(call: ActionCall): Promise<void>;
}

export interface SubmissionCall extends Call {
  values: FormValues;
  /** The view's private metadata, as the slice wrote it. */
  metadata: string;
  viewId: string;
}

/** What happens to the modal: it closes (undefined), shows errors under its inputs, or shows another view. */
export type SubmissionAnswer =
  | undefined
  | { errors: Record<string, string> }
  | { update: ModalView }
  | { push: ModalView }
  | 'close all';

export interface Submission {
  callbackId: string;
  /** Must answer within 3 seconds. An error that a person can act on is shown under the first input and keeps the form. */
  submit(call: SubmissionCall): Promise<SubmissionAnswer>;
}

/** What a form holds, by block id: text, a chosen value, or several (checkboxes, multi-selects, files). */
export type FormValues = Record<string, string | string[] | undefined>;
