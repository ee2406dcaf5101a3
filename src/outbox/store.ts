import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { type Unit, watchbell } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import { appendAll } from '../record/index.ts';
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
  /** When it should first go out by the upgrade's clock; the unit's instant where nothing is said. */
  plannedFor?: Date;
  /** What asked for it, where that is not what is under way; see `currentTrace`. */
  trace?: string | undefined;
}

/** Writes down what must be posted. A delivery that exists already is left as it is: nothing is sent twice. */
export async function enqueue(unit: Unit, deliveries: readonly NewDelivery[]): Promise<void> {
  for (let from = 0; from < deliveries.length; from += INSERT_AT_ONCE) {
    const rows = deliveries.slice(from, from + INSERT_AT_ONCE);
    const { rows: written } = await unit.tx.execute<{ lane: Lane }>(
      sql`${insertion(unit, rows)} on conflict do nothing returning lane`,
    );
    for (const lane of new Set(written.map((row) => row.lane))) unit.ring(lane, lane, unit.now);
  }
}

/**
 * Posts live messages, or has them drawn anew where they stand; without a payload the earlier one stays. When a first post
 * was planned stays too: a look for it in Slack has to reach back as far. No two of them may be the same message.
 */
export async function touch(unit: Unit, live: LiveMessage | readonly LiveMessage[]): Promise<void> {
  const lives = [live].flat();
  for (let from = 0; from < lives.length; from += INSERT_AT_ONCE) {
    const rows = lives.slice(from, from + INSERT_AT_ONCE);
    await unit.tx.execute(sql`${insertion(
      unit,
      rows.map((row) => ({ ...row, wanted: 1 })),
    )}
      on conflict (upgrade_id, kind, slot, target) do update set
        state = 'pending', wanted = outbox.wanted + 1, error = null, failures = 0,
        not_before = case when outbox.doubtful then outbox.not_before end,
        planned_for = case when outbox.state = 'pending' or outbox.doubtful or outbox.ts is not null
          then outbox.planned_for else excluded.planned_for end,
        payload = case when excluded.payload = '{}' then outbox.payload else excluded.payload end,
        trace = excluded.trace`);
    for (const lane of new Set(rows.map((row) => row.lane ?? 'outbox'))) unit.ring(lane, lane, unit.now);
  }
}

/** As one parameter, however many they are: each column of each row as its own would cost more than the insert itself. */
function insertion(
  unit: Unit,
  rows: readonly (Address & Partial<NewDelivery & LiveMessage> & { wanted?: number })[],
): SQL {
  const values = rows.map((row) => ({
    ...row,
    plannedFor: row.plannedFor ?? unit.now,
    trace: row.trace ?? currentTrace(),
  }));
  return sql`
    insert into outbox
      (team_id, upgrade_id, kind, slot, target, lane, message, payload, pin, planned_for, wanted, trace)
    select "teamId", "upgradeId", kind, slot, target, coalesce(lane, 'outbox'), message, coalesce(payload, '{}'),
      coalesce(pin, false), "plannedFor", coalesce(wanted, 0), trace
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as new (
      "teamId" text, "upgradeId" int, kind text, slot text, target text, lane text, message jsonb, payload jsonb,
      pin boolean, "plannedFor" timestamptz, wanted int, trace text)`;
}

/** Takes back, for these kinds, what certainly has not been sent yet, on the record. What may be on its way is left to go. */
export async function cancelDeliveries(
  unit: Unit,
  upgradeId: number,
  kinds: string[],
  reason: string,
): Promise<void> {
  const withdrawn = await unit.tx
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
    )
    .returning({
      id: outbox.id,
      sequence: outbox.sequence,
      teamId: outbox.teamId,
      kind: outbox.kind,
      slot: outbox.slot,
      target: outbox.target,
    });
  await appendAll(
    unit,
    'message.withdrawn',
    withdrawn
      .toSorted((a, b) => a.sequence - b.sequence)
      .map((each) => ({ actor: watchbell(each.teamId), upgradeId, data: { ...namesOf(each), reason } })),
  );
}

/** What the record calls a delivery by. */
export const namesOf = ({ id, kind, slot, target }: Pick<Delivery, 'id' | 'kind' | 'slot' | 'target'>) => ({
  delivery: id,
  kind,
  slot,
  target,
});

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

/**
 * Has what was given up sent after all: this delivery, and whatever else of its upgrade and kind failed for the same reason.
 * Returns what is tried; nothing when somebody was faster.
 */
export async function retryFailed(
  unit: Unit,
  { upgradeId, kind, error }: Delivery,
): Promise<Pick<Delivery, 'id' | 'kind' | 'slot' | 'target'>[]> {
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
    .where(
      and(
        eq(outbox.upgradeId, upgradeId),
        eq(outbox.kind, kind),
        sql`${outbox.error} is not distinct from ${error}`,
        eq(outbox.state, 'failed'),
      ),
    )
    .returning({
      id: outbox.id,
      kind: outbox.kind,
      slot: outbox.slot,
      target: outbox.target,
      lane: outbox.lane,
    });
  for (const lane of new Set(retried.map((each) => each.lane))) unit.ring(lane, lane, unit.now);
  return retried;
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

/** Rows of one INSERT: a megabyte or two. */
const INSERT_AT_ONCE = 1_000;
