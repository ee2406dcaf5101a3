import { and, count, eq, gt, isNull, lte } from 'drizzle-orm';
import type { Actor, Unit } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { upgrade } from '../upgrade/tables.ts';
import type { Answer, Invitation } from './rules.ts';
import { survey, surveyAnswer, surveyInvitation } from './tables.ts';

export type Survey = typeof survey.$inferSelect;
export type StoredAnswer = typeof surveyAnswer.$inferSelect;

/** Undefined until it is prepared: shortly before the first person is asked. */
export async function findSurvey(
  db: Db | Tx,
  teamId: string,
  upgradeId: number,
): Promise<Survey | undefined> {
  const [row] = await db
    .select()
    .from(survey)
    .where(and(eq(survey.teamId, teamId), eq(survey.upgradeId, upgradeId)));
  return row;
}

/** Undefined where this upgrade has its survey already. */
export async function insertSurvey(
  unit: Unit,
  of: Upgrade,
  closesAt: Date,
  invitations: readonly Invitation[],
): Promise<Survey | undefined> {
  const [row] = await unit.tx
    .insert(survey)
    .values({ teamId: of.teamId, upgradeId: of.id, openedAt: unit.now, closesAt })
    .onConflictDoNothing()
    .returning();
  if (!row) return undefined;
  for (let from = 0; from < invitations.length; from += INSERT_AT_ONCE) {
    const some = invitations.slice(from, from + INSERT_AT_ONCE);
    await unit.tx.insert(surveyInvitation).values(some.map((each) => ({ surveyId: row.id, ...each })));
  }
  return row;
}

/** Keeps the number of bind parameters far below Postgres' 65,535. */
const INSERT_AT_ONCE = 5_000;

export async function closeSurvey(unit: Unit, of: Survey): Promise<void> {
  await unit.tx.update(survey).set({ closedAt: unit.now }).where(eq(survey.id, of.id));
}

export async function findInvitation(
  db: Db | Tx,
  surveyId: number,
  userId: string,
): Promise<Invitation | undefined> {
  const [row] = await db
    .select()
    .from(surveyInvitation)
    .where(and(eq(surveyInvitation.surveyId, surveyId), eq(surveyInvitation.userId, userId)));
  return row;
}

export async function listInvitedAt(db: Db | Tx, surveyId: number, at: Date): Promise<string[]> {
  const rows = await db
    .select({ userId: surveyInvitation.userId })
    .from(surveyInvitation)
    .where(and(eq(surveyInvitation.surveyId, surveyId), eq(surveyInvitation.inviteAt, at)))
    .orderBy(surveyInvitation.userId);
  return rows.map(({ userId }) => userId);
}

/** Who is to be reminded at this instant: those who have not answered. */
export async function listSilentAt(db: Db | Tx, surveyId: number, at: Date): Promise<string[]> {
  const rows = await db
    .select({ userId: surveyInvitation.userId })
    .from(surveyInvitation)
    .leftJoin(surveyAnswer, answeredBy)
    .where(
      and(
        eq(surveyInvitation.surveyId, surveyId),
        eq(surveyInvitation.nudgeAt, at),
        isNull(surveyAnswer.userId),
      ),
    )
    .orderBy(surveyInvitation.userId);
  return rows.map(({ userId }) => userId);
}

const answeredBy = and(
  eq(surveyAnswer.surveyId, surveyInvitation.surveyId),
  eq(surveyAnswer.userId, surveyInvitation.userId),
);

export async function countInvited(db: Db | Tx, surveyId: number): Promise<number> {
  const [row] = await db
    .select({ people: count() })
    .from(surveyInvitation)
    .where(eq(surveyInvitation.surveyId, surveyId));
  return row?.people ?? 0;
}

export async function listAnswers(db: Db | Tx, surveyId: number): Promise<StoredAnswer[]> {
  return db.select().from(surveyAnswer).where(eq(surveyAnswer.surveyId, surveyId));
}

export async function findAnswer(
  db: Db | Tx,
  surveyId: number,
  userId: string,
): Promise<StoredAnswer | undefined> {
  const [row] = await db
    .select()
    .from(surveyAnswer)
    .where(and(eq(surveyAnswer.surveyId, surveyId), eq(surveyAnswer.userId, userId)));
  return row;
}

/** One answer per person: a second one takes the place of the first. */
export async function writeAnswer(
  unit: Unit,
  surveyId: number,
  userId: string,
  answer: Answer,
): Promise<void> {
  await unit.tx
    .insert(surveyAnswer)
    .values({ surveyId, userId, ...answer, answeredAt: unit.now })
    .onConflictDoUpdate({
      target: [surveyAnswer.surveyId, surveyAnswer.userId],
      set: { ...answer, changedAt: unit.now },
    });
}

/** False where there was none. */
export async function removeAnswer(unit: Unit, surveyId: number, userId: string): Promise<boolean> {
  const removed = await unit.tx
    .delete(surveyAnswer)
    .where(and(eq(surveyAnswer.surveyId, surveyId), eq(surveyAnswer.userId, userId)))
    .returning({ userId: surveyAnswer.userId });
  return removed.length === 1;
}

/** Surveys that wait for this person's answer now. */
export async function listUnanswered(
  db: Db | Tx,
  actor: Actor & { userId: string },
  now: Date,
): Promise<{ survey: Survey; upgrade: Upgrade }[]> {
  return db
    .select({ survey, upgrade })
    .from(surveyInvitation)
    .innerJoin(survey, eq(survey.id, surveyInvitation.surveyId))
    .innerJoin(upgrade, eq(upgrade.id, survey.upgradeId))
    .leftJoin(surveyAnswer, answeredBy)
    .where(
      and(
        eq(survey.teamId, actor.teamId),
        eq(surveyInvitation.userId, actor.userId),
        lte(surveyInvitation.inviteAt, now),
        isNull(survey.closedAt),
        gt(survey.closesAt, now),
        isNull(surveyAnswer.userId),
      ),
    )
    .orderBy(survey.id);
}
