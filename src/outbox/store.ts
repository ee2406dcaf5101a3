import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { Unit } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import type { Message } from '../slack/message.ts';
import { currentTrace } from '../trace.ts';
import { type Lane, outbox } from './tables.ts';

export type Delivery = typeof outbox.$inferSelect;

interface Address {
  teamId: string;
  upgradeId: number;
  kind: string;
  /** Together with the upgrade, the kind and the target it makes the delivery unique. */
  slot: string;
  /** A channel id, or a user id for a direct message. */
  target: string;
  /** `bulk` for fan-outs, so that they delay nobody. */
  lane?: Lane;
}

/** A message to be posted once. */
export interface NewDelivery extends Address {
  /** Its content, where that is settled now; else its kind's renderer draws it at the moment of sending. */
  message?: Message;
  /** What the renderer needs beside the upgrade. */
  payload?: Record<string, unknown>;
  /** When it should go out by the upgrade's clock; the unit's instant where nothing is said. */
  plannedFor?: Date;
  /** What asked for it, where that is not what is under way; see `currentTrace`. */
  trace?: string | undefined;
}

/** A message that shows today's facts and is edited in place; its kind's renderer draws it. */
export interface LiveMessage extends Address {
  payload?: Record<string, unknown>;
  pin?: boolean;
}

/** Writes down what must be posted. A delivery that exists already is left as it is: nothing is sent twice. */
export async function enqueue(unit: Unit, deliveries: NewDelivery[]): Promise<void> {
  for (let from = 0; from < deliveries.length; from += INSERT_AT_ONCE) {
    const values = deliveries.slice(from, from + INSERT_AT_ONCE).map((each) => ({
      ...each,
      plannedFor: each.plannedFor ?? unit.now,
      trace: each.trace ?? currentTrace(),
    }));
    const rows = await unit.tx
      .insert(outbox)
      .values(values)
      .onConflictDoNothing()
      .returning({ lane: outbox.lane });
    for (const lane of new Set(rows.map((row) => row.lane))) unit.ring(lane, lane, unit.now);
  }
}

/**
 * Posts live messages, or has them drawn anew where they stand; without a payload the earlier one stays. When a first post
 * was planned stays too: a look for it in Slack has to reach back as far. No two of them may be the same message.
 */
export async function touch(unit: Unit, live: LiveMessage | LiveMessage[]): Promise<void> {
  const lives = [live].flat();
  for (let from = 0; from < lives.length; from += INSERT_AT_ONCE) {
    const values = lives
      .slice(from, from + INSERT_AT_ONCE)
      .map((each) => ({ ...each, plannedFor: unit.now, wanted: 1, trace: currentTrace() }));
    await unit.tx
      .insert(outbox)
      .values(values)
      .onConflictDoUpdate({
        target: [outbox.upgradeId, outbox.kind, outbox.slot, outbox.target],
        set: {
          state: 'pending',
          wanted: sql`${outbox.wanted} + 1`,
          notBefore: null,
          error: null,
          plannedFor: sql`case when ${outbox.state} = 'pending' or ${outbox.doubtful} or ${outbox.ts} is not null
            then ${outbox.plannedFor} else ${unit.now.toISOString()}::timestamptz end`,
          failures: 0,
          payload: sql`case when excluded.payload = '{}'::jsonb then ${outbox.payload} else excluded.payload end`,
          trace: currentTrace(),
        },
      });
    for (const lane of new Set(values.map(({ lane }) => lane ?? 'outbox'))) unit.ring(lane, lane, unit.now);
  }
}

/** Takes back, for these kinds, what certainly has not been sent yet. What may be on its way is left to go. */
export async function cancelDeliveries(
  unit: Unit,
  upgradeId: number,
  kinds: string[],
  reason: string,
): Promise<void> {
  await unit.tx
    .update(outbox)
    .set({ state: 'cancelled', error: reason })
    .where(
      and(
        eq(outbox.upgradeId, upgradeId),
        inArray(outbox.kind, kinds),
        eq(outbox.state, 'pending'),
        eq(outbox.doubtful, false),
        isNull(outbox.leaseUntil),
        isNull(outbox.ts),
      ),
    );
}

/** Whether this target was really sent one of these kinds. */
export async function wasSent(
  db: Db | Tx,
  upgradeId: number,
  kinds: string[],
  target: string,
): Promise<boolean> {
  const [row] = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        eq(outbox.upgradeId, upgradeId),
        eq(outbox.target, target),
        inArray(outbox.kind, kinds),
        eq(outbox.state, 'sent'),
      ),
    )
    .limit(1);
  return row !== undefined;
}

export async function findDelivery(db: Db | Tx, teamId: string, id: string): Promise<Delivery | undefined> {
  const [row] = await db
    .select()
    .from(outbox)
    .where(and(eq(outbox.teamId, teamId), eq(outbox.id, id)));
  return row;
}

/** Has a delivery that was given up sent after all; false when it is not (any more) one of those. */
export async function retryFailed(unit: Unit, { id, lane }: Delivery): Promise<boolean> {
  const retried = await unit.tx
    .update(outbox)
    .set({
      state: 'pending',
      error: null,
      retries: sql`${outbox.retries} + 1`,
      failures: 0,
      attempts: 0,
      notBefore: null,
      wanted: sql`${outbox.wanted} + 1`,
    })
    .where(and(eq(outbox.id, id), eq(outbox.state, 'failed')))
    .returning({ id: outbox.id });
  if (retried.length === 0) return false;
  unit.ring(lane, lane, unit.now);
  return true;
}

/** Whether a newer message of the same kind waits for the same target. */
export async function isOvertaken(db: Db, delivery: Delivery): Promise<boolean> {
  const [newer] = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        eq(outbox.upgradeId, delivery.upgradeId),
        eq(outbox.kind, delivery.kind),
        eq(outbox.target, delivery.target),
        gt(outbox.sequence, delivery.sequence),
        eq(outbox.state, 'pending'),
      ),
    )
    .limit(1);
  return newer !== undefined;
}

/** How many messages of this kind this target missed, newest first, since one of them last reached it. */
export async function countMissed(db: Db, { upgradeId, kind, target, sequence }: Delivery): Promise<number> {
  const of = sql`${outbox.upgradeId} = ${upgradeId} and ${outbox.kind} = ${kind} and ${outbox.target} = ${target}`;
  const lastSent = sql`select coalesce(max(sequence), 0) from outbox where ${of} and ${outbox.state} = 'sent'`;
  return db.$count(
    outbox,
    sql`${of} and ${outbox.state} = 'cancelled' and ${outbox.sequence} < ${sequence} and ${outbox.sequence} > (${lastSent})`,
  );
}

/** Everyone and every channel that was sent one of these kinds, or is about to be: each target once. */
export async function listTold(db: Db | Tx, upgradeId: number, kinds: string[]): Promise<string[]> {
  const rows = await db
    .selectDistinct({ target: outbox.target })
    .from(outbox)
    .where(
      and(
        eq(outbox.upgradeId, upgradeId),
        inArray(outbox.kind, kinds),
        inArray(outbox.state, ['sent', 'pending']),
      ),
    )
    .orderBy(outbox.target);
  return rows.map((row) => row.target);
}

/** Every delivery of an upgrade in the order of its time. */
export async function listDeliveries(db: Db | Tx, teamId: string, upgradeId: number): Promise<Delivery[]> {
  return db
    .select()
    .from(outbox)
    .where(and(eq(outbox.teamId, teamId), eq(outbox.upgradeId, upgradeId)))
    .orderBy(outbox.plannedFor, outbox.sequence);
}

/** Rows of one INSERT; keeps the number of bind parameters far below Postgres' 65,535. */
const INSERT_AT_ONCE = 1_000;
