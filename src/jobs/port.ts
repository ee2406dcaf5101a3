/**
 * The clockwork as the rest of the program sees it. A job never carries a fact: it says "look now", and the rows in
 * Postgres decide. Ringing is therefore best effort: it never throws, and a dead queue costs punctuality, not truth.
 */
export interface Jobs {
  /** Asks for a look at `topic` at `at`; asking again with the same `id` is harmless. `at` in the past means now. */
  ring(topic: Topic, id: string, at: Date): Promise<void>;
  /** The same for many at once. */
  ringAll(topic: Topic, rings: readonly Ring[]): Promise<void>;
  /** Rings `topic` at `start + k × everyMilliseconds`, k ≥ 1, until stopped (a BullMQ Job Scheduler). Replaces one of the same id. */
  startBell(topic: Topic, id: string, start: Date, everyMilliseconds: number): Promise<void>;
  stopBell(id: string): Promise<void>;
  /** Calls `look` for each ring of `topic` in this process, until `stop`. At most one listener per topic. */
  listen(topic: Topic, look: () => Promise<void>): Promise<void>;
  health(): Promise<QueueHealth>;
  /** Finishes the looks under way, within a deadline, and lets go of the queue. */
  close(): Promise<void>;
}

export interface Ring {
  id: string;
  at: Date;
}

/** `timetable`: something is due. `outbox`: messages of a window wait. `bulk`: fan-outs wait; apart, so that they delay nobody. */
export type Topic = 'timetable' | 'outbox' | 'bulk';

export interface QueueHealth {
  backend: 'redis' | 'postgres';
  ok: boolean;
  /** Why not, in an operator's words. */
  problem?: string;
  /** Rings that wait, by topic. */
  jobs?: Record<Topic, number>;
}
