import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Unit } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import type { Message } from '../slack/message.ts';
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
}

/** A message that shows today's facts and is edited in place; its kind's renderer draws it. */
export interface LiveMessage extends Address {
  payload?: Record<string, unknown>;
  pin?: boolean;
}

/** Writes down what must be posted. A delivery that exists already is left as it is: nothing is sent twice. */
export async function enqueue(unit: Unit, deliveries: NewDelivery[]): Promise<void> {
  for (let from = 0; from < deliveries.length; from += INSERT_AT_ONCE) {
    const values = deliveries
      .slice(from, from + INSERT_AT_ONCE)
      .map((each) => ({ ...each, plannedFor: each.plannedFor ?? unit.now }));
    const rows = await unit.tx
      .insert(outbox)
      .values(values)
      .onConflictDoNothing()
      .returning({ lane: outbox.lane });
    for (const lane of new Set(rows.map((row) => row.lane))) unit.ring(lane, lane, unit.now);
  }
}

/** Posts a live message, or has it drawn anew where it stands. */
export async function touch(unit: Unit, live: LiveMessage): Promise<void> {
  const lane = live.lane ?? 'outbox';
  await unit.tx
    .insert(outbox)
    .values({ ...live, lane, plannedFor: unit.now, wanted: 1 })
    .onConflictDoUpdate({
      target: [outbox.upgradeId, outbox.kind, outbox.slot, outbox.target],
      set: {
        state: 'pending',
        wanted: sql`${outbox.wanted} + 1`,
        notBefore: null,
        error: null,
        plannedFor: unit.now,
        payload: live.payload ?? sql`${outbox.payload}`,
      },
    });
  unit.ring(lane, lane, unit.now);
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

/**
 * Takes up to `limit` pending deliveries of a lane. Those to one target go in order: one waits until every earlier first
 * post to its target is settled. A claim that was never given back (its process died) makes the delivery doubtful.
 */
export async function claimPending(
  db: Db,
  lane: Lane,
  limit: number,
  leaseSeconds: number,
): Promise<Delivery[]> {
  const claimed = await db.execute<{ id: string }>(sql`
    update outbox set generation = generation + 1, attempts = attempts + 1,
      doubtful = doubtful or (lease_until is not null and ts is null),
      lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id in (
      select o.id from outbox o
      where o.state = 'pending' and o.lane = ${lane}
        and (o.lease_until is null or o.lease_until <= now()) and (o.not_before is null or o.not_before <= now())
        and not exists (
          select 1 from outbox e
          where e.team_id = o.team_id and e.target = o.target and e.sequence < o.sequence
            and e.state = 'pending' and e.ts is null
        )
      order by o.sequence limit ${limit} for update skip locked
    ) returning id`);
  if (claimed.rows.length === 0) return [];
  const ids = claimed.rows.map((row) => row.id);
  return db.select().from(outbox).where(inArray(outbox.id, ids)).orderBy(outbox.sequence);
}

/** Real seconds until a delivery of this lane can be claimed that waits now; undefined when none waits for time. */
export async function findNextPending(db: Db, lane: Lane): Promise<number | undefined> {
  const result = await db.execute<{ seconds: string | number | null }>(sql`
    select extract(epoch from min(greatest(coalesce(not_before, now()), coalesce(lease_until, now()))) - now()) as seconds
    from outbox where state = 'pending' and lane = ${lane}`);
  const seconds = result.rows[0]?.seconds;
  return seconds === null || seconds === undefined ? undefined : Number(seconds);
}

const holds = (delivery: Delivery) =>
  and(eq(outbox.id, delivery.id), eq(outbox.generation, delivery.generation), eq(outbox.state, 'pending'));

/** Keeps where the message stands. Still pending afterwards when it was touched meanwhile. False when the claim was lost. */
export async function settleSent(
  unit: Unit,
  delivery: Delivery,
  posted: { channel: string; ts: string },
): Promise<boolean> {
  const settled = await unit.tx
    .update(outbox)
    .set({
      state: sql`case when ${outbox.wanted} = ${delivery.wanted} then 'sent' else 'pending' end`,
      channel: posted.channel,
      ts: posted.ts,
      sentAt: sql`coalesce(${outbox.sentAt}, ${unit.now.toISOString()}::timestamptz)`,
      leaseUntil: null,
      doubtful: false,
      error: null,
    })
    .where(holds(delivery))
    .returning({ id: outbox.id });
  return settled.length === 1;
}

export async function settleFailed(
  unit: Unit,
  delivery: Delivery,
  state: 'failed' | 'cancelled',
  error: string,
): Promise<boolean> {
  const settled = await unit.tx
    .update(outbox)
    .set({ state, error, leaseUntil: null })
    .where(holds(delivery))
    .returning({ id: outbox.id });
  return settled.length === 1;
}

/** Gives a claimed delivery back, to be tried again after `seconds`. */
export async function releaseDelivery(
  db: Db,
  delivery: Delivery,
  seconds: number,
  more: { doubtful?: boolean; error?: string } = {},
): Promise<void> {
  await db
    .update(outbox)
    .set({
      leaseUntil: null,
      notBefore: sql`now() + make_interval(secs => ${seconds})`,
      doubtful: more.doubtful ? true : sql`${outbox.doubtful}`,
      error: more.error ?? null,
    })
    .where(holds(delivery));
}

/** Rows of one INSERT; keeps the number of bind parameters far below Postgres' 65,535. */
const INSERT_AT_ONCE = 1_000;
