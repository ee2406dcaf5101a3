import { and, eq, gt, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { Unit } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import { currentTrace } from '../trace.ts';
import { type RowState, timetable } from './tables.ts';

export type Row = typeof timetable.$inferSelect;

/** What the queue is asked to ring for: whatever is due at that instant. */
export const RING = 'due';

export interface NewRow {
  teamId: string;
  upgradeId: number;
  kind: string;
  /** Makes the row unique within its upgrade and kind: a second one is not inserted. */
  slot: string;
  dueAt: Date;
  payload?: Record<string, unknown>;
  /** What asked for it, where that is not what is under way; see `currentTrace`. */
  trace?: string | undefined;
}

/** Writes down what must happen when. A row that already exists is left as it is. */
export async function planRows(unit: Unit, rows: readonly NewRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map((row) => ({ ...row, trace: row.trace ?? currentTrace() }));
  const { rows: planned } = await unit.tx.execute<{ due: string }>(sql`
    insert into timetable (team_id, upgrade_id, kind, slot, due_at, payload, trace)
    select "teamId", "upgradeId", kind, slot, "dueAt", coalesce(payload, '{}'), trace
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as new (
      "teamId" text, "upgradeId" int, kind text, slot text, "dueAt" timestamptz, payload jsonb, trace text)
    on conflict do nothing
    returning extract(epoch from due_at) * 1000 as due`);
  for (const { due } of planned) unit.ring('timetable', RING, new Date(Number(due)));
}

/** Takes back what is still planned, for these kinds, keeping the rows and the reason. Returns what was taken back. */
export async function cancelRows(
  unit: Unit,
  upgradeId: number,
  kinds: string[],
  reason: string,
): Promise<Row[]> {
  return unit.tx
    .update(timetable)
    .set({ state: 'cancelled', reason, settledAt: unit.now })
    .where(
      and(eq(timetable.upgradeId, upgradeId), inArray(timetable.kind, kinds), eq(timetable.state, 'planned')),
    )
    .returning();
}

/** Every row of an upgrade in the order of its time. */
export async function listRows(db: Db | Tx, teamId: string, upgradeId: number): Promise<Row[]> {
  return db
    .select()
    .from(timetable)
    .where(and(eq(timetable.teamId, teamId), eq(timetable.upgradeId, upgradeId)))
    .orderBy(timetable.dueAt, timetable.id);
}

/** Which kinds of rows to take, of those that this program knows; left out: any. */
export interface Kinds {
  take: readonly string[];
  /** What only a newer version knows is left to that, and holds up nothing. */
  known: readonly string[];
}

/**
 * Takes up to `limit` due rows for `leaseSeconds`. Rows of one upgrade are taken one after another, in the order of their
 * time: a row waits while an earlier one of its upgrade is due, unless that one is waiting out a failure.
 */
export async function claimDue(
  db: Db,
  now: Date,
  limit: number,
  leaseSeconds: number,
  kinds?: Kinds,
): Promise<Row[]> {
  const claimed = await db
    .update(timetable)
    .set({
      generation: sql`${timetable.generation} + 1`,
      leaseUntil: sql`now() + make_interval(secs => ${leaseSeconds})`,
    })
    .where(sql`${HASTILY} and ${timetable.id} in (${dueRows(now, limit, kinds)})`)
    .returning();
  return claimed.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime() || a.id - b.id);
}

/** Does not wait for the disk: a claim that a crash of the server forgets is made again, and only one of the two can settle. */
const HASTILY = sql`(select set_config('synchronous_commit', 'off', true)) is not null`;

/** The ids of what can be claimed at `now`, locked. */
export function dueRows(now: Date, limit: number, kinds?: Kinds): SQL {
  const due = (t: SQL) => sql`${t}.state = 'planned' and ${t}.due_at <= ${now.toISOString()}::timestamptz
    and (${t}.not_before is null or ${t}.not_before <= now())`;
  return sql`
    select t.id from timetable t
    where ${due(sql`t`)} and ${among(sql`t.kind`, kinds?.take)} and (t.lease_until is null or t.lease_until <= now())
      and t.id = (
        select e.id from timetable e where e.upgrade_id = t.upgrade_id and ${due(sql`e`)}
          and ${among(sql`e.kind`, kinds?.known)}
        order by e.due_at, e.id limit 1
      )
    order by t.due_at, t.id limit ${limit} for update skip locked`;
}

const among = (kind: SQL, kinds: readonly string[] | undefined): SQL =>
  kinds ? sql`${kind} = any (${sql.param([...kinds])}::text[])` : sql`true`;

/** Settles claimed rows; returns the ids of those whose claim was not lost (cancelled, or taken over after its lease). */
export async function settleRows(
  unit: Unit,
  rows: readonly Row[],
  state: RowState,
  reason: string | null = null,
): Promise<Set<number>> {
  const settled = await unit.tx
    .update(timetable)
    .set({ state, reason, settledAt: unit.now, leaseUntil: null })
    .where(held(rows))
    .returning({ id: timetable.id });
  return new Set(settled.map(({ id }) => id));
}

/** For work that takes long; without effect where the claim was lost meanwhile. */
export async function renewRows(db: Db, rows: readonly Row[], leaseSeconds: number): Promise<void> {
  await db
    .update(timetable)
    .set({ leaseUntil: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .where(held(rows));
}

const held = (rows: readonly Row[]): SQL => {
  const claims = sql`unnest(${sql.param(rows.map(({ id }) => id))}::bigint[], ${sql.param(rows.map(({ generation }) => generation))}::int[])`;
  return sql`${timetable.state} = 'planned' and (${timetable.id}, ${timetable.generation}) in (select * from ${claims})`;
};

/** Gives a claimed row back, to be tried again after `seconds`. */
export async function releaseRow(db: Db, row: Row, seconds: number, ownFault: boolean): Promise<void> {
  await db
    .update(timetable)
    .set({
      leaseUntil: null,
      notBefore: sql`now() + make_interval(secs => ${seconds})`,
      failures: ownFault ? sql`${timetable.failures} + 1` : sql`${timetable.failures}`,
    })
    .where(and(eq(timetable.id, row.id), eq(timetable.generation, row.generation)));
}

/** What is due now, and when there may be more. */
export interface Outlook {
  /** Kinds of rows that can be claimed now, unless an earlier one of their upgrade is under way. */
  kinds: string[];
  /** The next planned row, by the upgrade's clock. */
  dueAt?: Date;
  /** Real seconds until the next retry, or the end of a lease. */
  retryInSeconds?: number;
}

/** One question, which locks nothing: most looks find nothing to do. */
export async function lookAhead(db: Db, now: Date, known?: readonly string[]): Promise<Outlook> {
  const result = await db.execute<{
    kinds: string[] | null;
    due_at: Date | string | null;
    retry: string | number | null;
  }>(outlook(now, known));
  const row = result.rows[0];
  return {
    kinds: row?.kinds ?? [],
    dueAt: row?.due_at ? new Date(row.due_at) : undefined,
    retryInSeconds: row?.retry === null || row?.retry === undefined ? undefined : Number(row.retry),
  };
}

export function outlook(now: Date, known?: readonly string[]): SQL {
  const at = sql`${now.toISOString()}::timestamptz`;
  const planned = sql`state = 'planned' and ${among(sql`kind`, known)}`;
  return sql`
    select
      (select array_agg(distinct kind) from timetable where ${planned} and due_at <= ${at}
         and (not_before is null or not_before <= now()) and (lease_until is null or lease_until <= now())) as kinds,
      (select min(due_at) from timetable where ${planned} and due_at > ${at}) as due_at,
      (select extract(epoch from min(greatest(coalesce(not_before, now()), coalesce(lease_until, now()))) - now())
         from timetable where ${planned} and due_at <= ${at}) as retry`;
}

/**
 * The instants at which rows are due up to `until`, each once, in pages, so that each can be given a ring again after the
 * queue was lost. A ring says "look now" and serves every row of its instant.
 */
export async function* pagesOfInstants(db: Db, until: Date): AsyncGenerator<Date[]> {
  for (let last: Date | undefined; ; ) {
    const page: Date[] = await listInstants(db, until, last);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    last = page.at(-1);
  }
}

const PAGE = 5_000;

export async function listInstants(db: Db, until: Date, after?: Date): Promise<Date[]> {
  const rows = await db
    .selectDistinct({ dueAt: timetable.dueAt })
    .from(timetable)
    .where(
      and(eq(timetable.state, 'planned'), lte(timetable.dueAt, until), after && gt(timetable.dueAt, after)),
    )
    .orderBy(timetable.dueAt)
    .limit(PAGE);
  return rows.map(({ dueAt }) => dueAt);
}
