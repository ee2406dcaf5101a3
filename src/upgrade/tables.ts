import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';
import type { Role } from './authority.ts';
import type { State } from './lifecycle.ts';
import type { ResolvedPlan } from './plan/schema.ts';

/** One upgrade: its plan as agreed (every person, channel and group a Slack id), its state, its window in UTC. */
export const upgrade = pgTable(
  'upgrade',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    /** Shown as `UP-<number>`; counted per workspace. */
    number: integer('number').notNull(),
    state: text('state').$type<State>().notNull(),
    plan: jsonb('plan').$type<ResolvedPlan>().notNull(),
    /** The planned window. The zone that it was meant in is `plan.window.timezone`. */
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    /** How often it was scheduled or moved; part of the slot of everything that hangs on the planned time. */
    revision: integer('revision').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    /** When the work ended: completed, rolled back or cancelled. */
    endedAt: instant('ended_at'),
    closedAt: instant('closed_at'),
    /** What the lead says at the end: what changed, and what is known to be wrong. */
    whatChanged: text('what_changed'),
    knownIssues: text('known_issues'),
  },
  (t) => [
    unique('upgrade_number_once').on(t.teamId, t.number),
    index('upgrade_by_state').on(t.teamId, t.state),
    index('upgrade_running').on(t.endsAt).where(sql`state in ('in_progress', 'verifying', 'rolling_back')`),
  ],
);

/** Who holds which role: the plan's people, as rows, so that authority and "my upgrades" are one query. */
export const upgradeRole = pgTable(
  'upgrade_role',
  {
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id')
      .notNull()
      .references(() => upgrade.id),
    role: text('role').$type<Role>().notNull(),
    userId: text('user_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.upgradeId, t.role, t.userId] }),
    index('upgrade_role_by_user').on(t.teamId, t.userId),
  ],
);

/** What stands in the way, as reported during the window; numbered from 1 within its upgrade. */
export const upgradeIssue = pgTable(
  'upgrade_issue',
  {
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id')
      .notNull()
      .references(() => upgrade.id),
    number: integer('number').notNull(),
    text: text('text').notNull(),
    openedBy: text('opened_by').notNull(),
    openedAt: instant('opened_at').notNull(),
    resolvedBy: text('resolved_by'),
    resolvedAt: instant('resolved_at'),
  },
  (t) => [primaryKey({ columns: [t.upgradeId, t.number] })],
);

/** A line of status in the words of whoever reports it. */
export const statusLine = pgTable(
  'status_line',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id')
      .notNull()
      .references(() => upgrade.id),
    text: text('text').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [index('status_line_latest').on(t.upgradeId, t.at)],
);

/** The verdict on one of the plan's acceptance checks; `number` is its place in the plan, from 1. */
export const acceptanceResult = pgTable(
  'acceptance_result',
  {
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id')
      .notNull()
      .references(() => upgrade.id),
    number: integer('number').notNull(),
    passed: boolean('passed').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.upgradeId, t.number] })],
);
