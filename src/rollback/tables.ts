import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

export type DecisionState = 'open' | 'decided';
export type Choice = 'roll_back' | 'keep_going';
/** Who settled it: the sponsor, the deputy once called in, or the plan's word on silence. */
export type DecidedBy = 'sponsor' | 'deputy' | 'silence';

/** A rollback decision. At most one is open for an upgrade (a partial unique index says so). */
export const decision = pgTable(
  'decision',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id').notNull(),
    /** Counted from 1 within the upgrade. */
    number: integer('number').notNull(),
    state: text('state').$type<DecisionState>().notNull().default('open'),
    reason: text('reason').notNull(),
    /** Null where Watchbell opened it: the point of no return neared with work open. */
    openedBy: text('opened_by'),
    openedAt: instant('opened_at').notNull(),
    /** The sponsor's time; then the deputy may decide too. */
    deadlineAt: instant('deadline_at').notNull(),
    escalatedAt: instant('escalated_at'),
    /** When the plan's word on silence is taken. */
    finalDeadlineAt: instant('final_deadline_at').notNull(),
    extendedAt: instant('extended_at'),
    extendedBy: text('extended_by'),
    choice: text('choice').$type<Choice>(),
    how: text('how').$type<DecidedBy>(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    /** Opened by the clock to the point of no return, not by a person. */
    automatic: boolean('automatic').notNull().default(false),
  },
  (t) => [
    unique('decision_number_once').on(t.upgradeId, t.number),
    uniqueIndex('decision_one_open').on(t.upgradeId).where(sql`state = 'open'`),
  ],
);

/** What others say about an open decision: shown beside it, never counted. */
export const decisionAdvice = pgTable(
  'decision_advice',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    decisionId: integer('decision_id')
      .notNull()
      .references(() => decision.id),
    by: text('by').notNull(),
    text: text('text').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [index('decision_advice_of').on(t.decisionId)],
);
