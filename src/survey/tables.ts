import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';

export type FeedbackKind = 'bug' | 'missing' | 'how_to';

/** The feedback survey of one upgrade. */
export const survey = pgTable(
  'survey',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id').notNull(),
    openedAt: instant('opened_at').notNull(),
    closesAt: instant('closes_at').notNull(),
    closedAt: instant('closed_at'),
  },
  (t) => [unique('survey_once').on(t.upgradeId)],
);

/** Who is asked and, if silent, reminded once, and when: 10:00 on a working day in their own zone. */
export const surveyInvitation = pgTable(
  'survey_invitation',
  {
    surveyId: integer('survey_id')
      .notNull()
      .references(() => survey.id),
    userId: text('user_id').notNull(),
    inviteAt: instant('invite_at').notNull(),
    /** A program that knows of no reminders plans none. */
    nudgeAt: instant('nudge_at').notNull().default(sql`'infinity'`),
  },
  (t) => [
    primaryKey({ columns: [t.surveyId, t.userId] }),
    index('survey_invitation_when').on(t.surveyId, t.inviteAt),
    index('survey_invitation_nudge').on(t.surveyId, t.nudgeAt),
  ],
);

/** One answer per person, changeable until the survey closes. */
export const surveyAnswer = pgTable(
  'survey_answer',
  {
    surveyId: integer('survey_id')
      .notNull()
      .references(() => survey.id),
    userId: text('user_id').notNull(),
    /** 1 (very dissatisfied) to 5 (very satisfied). */
    satisfaction: integer('satisfaction').notNull(),
    difficulty: text('difficulty'),
    kind: text('kind').$type<FeedbackKind>(),
    suggestion: text('suggestion'),
    /** They agreed to be named beside their comment. */
    mayName: boolean('may_name').notNull().default(false),
    answeredAt: instant('answered_at').notNull(),
    changedAt: instant('changed_at'),
  },
  (t) => [primaryKey({ columns: [t.surveyId, t.userId] })],
);
