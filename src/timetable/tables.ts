import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

export type RowState = 'planned' | 'done' | 'skipped' | 'cancelled' | 'failed';

/** What must happen when. `slot` makes a double impossible: one row per upgrade, kind and slot, for ever. */
export const timetable = pgTable(
  'timetable',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id').notNull(),
    kind: text('kind').notNull(),
    slot: text('slot').notNull(),
    dueAt: instant('due_at').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull().default({}),
    state: text('state').$type<RowState>().notNull().default('planned'),
    /** Counts the claims. Whoever settles the row must hold the present one. */
    generation: integer('generation').notNull().default(0),
    /** How often its handler failed by itself: neither Slack nor the database was to blame. */
    failures: integer('failures').notNull().default(0),
    /** By the database's clock: a claim is a matter between processes, not of the upgrade. */
    leaseUntil: instant('lease_until'),
    /** When to try again after a failure; also by the database's clock. */
    notBefore: instant('not_before'),
    /** Why it was skipped, cancelled or failed, in words for the record. */
    reason: text('reason'),
    settledAt: instant('settled_at'),
    /** W3C traceparent of what planned it, where traces are kept. */
    trace: text('trace'),
  },
  (t) => [
    unique('timetable_slot_once').on(t.upgradeId, t.kind, t.slot),
    index('timetable_due').on(t.dueAt).where(sql`state = 'planned'`),
    index('timetable_planned_of_upgrade').on(t.upgradeId, t.dueAt, t.id).where(sql`state = 'planned'`),
  ],
);
