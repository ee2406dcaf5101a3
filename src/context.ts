import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Db, Tx } from './db/client.ts';
import type { Jobs, Ring, Topic } from './jobs/port.ts';
import type { Slack } from './slack/port.ts';
import type { Templates } from './templates/renderer.ts';

/** What every slice is given. Built by hand in `app.ts`; tests and the demo override single parts. */
export interface Context {
  db: Db;
  clock: Clock;
  jobs: Jobs;
  slack: Slack;
  templates: Templates;
  logger: Logger;
  /** Who follows which fact; see `record/follow.ts`. */
  followers: ReadonlyMap<string, Follow[]>;
}

/** Who acts: a person of a workspace (the user id of the signed payload), or Watchbell itself (`userId` null). */
export interface Actor {
  teamId: string;
  userId: string | null;
}

/** Watchbell acting by itself in this workspace. */
export const watchbell = (teamId: string): Actor => ({ teamId, userId: null });

/** Something that has just gone on the record, within the transaction that made it true. */
export interface Happening<Data = unknown> {
  actor: Actor;
  upgradeId: number;
  data: Data;
  /** Runs what follows in the context of where it comes from, for logs and traces. */
  within?: <T>(act: () => T) => T;
}

/** Writes what follows from facts of one kind that came together, in the same transaction. */
export type Follow = (unit: Unit, happenings: readonly Happening<never>[]) => Promise<void>;

/** One transaction, the instant at which it happens, and what to ring once it is committed. */
export interface Unit {
  context: Context;
  tx: Tx;
  now: Date;
  /** Rings after the commit; best effort, since the rows themselves are the truth. */
  ring(topic: Topic, id: string, at: Date): void;
  /** For calls to the queue or to Slack that may fail without harm. */
  afterCommit(act: () => Promise<void>): void;
}

/** State, history and future in one transaction: either all of it is true afterwards, or nothing happened. */
export async function transact<T>(context: Context, work: (unit: Unit) => Promise<T>): Promise<T> {
  const later: (() => Promise<void>)[] = [];
  const rings = new Map<Topic, Map<string, Ring>>();
  const result = await context.db.transaction((tx) =>
    work({
      context,
      tx,
      now: context.clock.now(),
      ring: (topic, id, at) => {
        const ofTopic = rings.get(topic) ?? new Map<string, Ring>();
        rings.set(topic, ofTopic.set(`${id} ${at.getTime()}`, { id, at }));
      },
      afterCommit: (act) => later.push(act),
    }),
  );
  for (const [topic, all] of rings) later.push(() => context.jobs.ringAll(topic, [...all.values()]));
  const attempts = later.map((act) =>
    act().catch((error: unknown) => context.logger.warn({ err: error }, 'after a commit: left to the sweep')),
  );
  await Promise.all(attempts);
  return result;
}
