import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

/** The append-only history; a trigger refuses to change or delete what is written. */
export const recordEntry = pgTable(
  'record_entry',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id').notNull(),
    at: instant('at').notNull(),
    /** A Slack user id, or null where Watchbell itself acted. */
    actor: text('actor'),
    /** In the past tense: `upgrade.scheduled`, `rollback.decided`, `message.sent`. */
    fact: text('fact').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [index('record_entry_of_upgrade').on(t.upgradeId, t.id)],
);
