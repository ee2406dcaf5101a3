import type { Actor, Context } from './context.ts';
import type { Renderer } from './outbox/index.ts';
import type { Follower } from './record/index.ts';
import type { ButtonOptions } from './slack/blocks.ts';
import type { Message } from './slack/message.ts';
import type { Surface } from './slack/surface.ts';
import type { Handler } from './timetable/index.ts';
import type { Upgrade } from './upgrade/store.ts';

/** What one capability brings; `app.ts` binds it. Capabilities never import each other: they meet through facts and rows. */
export interface Slice {
  /** Commands, buttons, modals. */
  surface?: Surface;
  /** What to do when a row of the timetable is due, by kind. */
  handlers?: Handler[];
  /** What follows, in the same transaction, from a fact that goes on the record. */
  followers?: Follower[];
  /** How live messages are drawn, by kind. */
  renderers?: Record<string, Renderer>;
  /** What waits for this person, for App Home and for `/upgrade` alone. */
  waiting?: Waiting;
  /** Every message that it will send for this upgrade, for the preview before scheduling. */
  preview?: Preview;
}

export type Preview = (context: Context, upgrade: Upgrade) => Promise<PreviewItem[]>;

/** A message to come. */
export interface PreviewItem {
  /** Undefined where it depends on what happens, e.g. a decision. */
  at: Date | undefined;
  /** `announcement, 7 days before`. */
  what: string;
  /** Channel and user ids, or words where they are not known yet. */
  to: string;
  message: Message;
  /** Why it will not be sent: it came due before the plan was scheduled, say. */
  skipped?: string;
}

export type Waiting = (context: Context, actor: Actor & { userId: string }) => Promise<WaitingItem[]>;

/** One thing that waits for somebody, with the button that does it. */
export interface WaitingItem {
  upgradeId: number;
  text: string;
  button: ButtonOptions & { value: string };
}
