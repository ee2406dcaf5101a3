import { and, count, desc, eq, isNotNull, or } from 'drizzle-orm';
import type { Actor, Unit } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import { notFound } from '../errors.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { upgrade, upgradeRole } from '../upgrade/tables.ts';
import type { Deadlines } from './rules.ts';
import { decision, decisionAdvice } from './tables.ts';

export type Decision = typeof decision.$inferSelect;
export type Advice = typeof decisionAdvice.$inferSelect;

export async function getDecision(db: Db | Tx, teamId: string, id: number): Promise<Decision> {
  const [row] = await db
    .select()
    .from(decision)
    .where(and(eq(decision.teamId, teamId), eq(decision.id, id)));
  if (!row) throw notFound('There is no such rollback decision here.', 'Ask for one with /upgrade rollback.');
  return row;
}

export async function findDecision(
  db: Db | Tx,
  upgradeId: number,
  number: number,
): Promise<Decision | undefined> {
  const [row] = await db
    .select()
    .from(decision)
    .where(and(eq(decision.upgradeId, upgradeId), eq(decision.number, number)));
  return row;
}

export async function findOpenDecision(db: Db | Tx, upgradeId: number): Promise<Decision | undefined> {
  const [row] = await db
    .select()
    .from(decision)
    .where(and(eq(decision.upgradeId, upgradeId), eq(decision.state, 'open')));
  return row;
}

/** The upgrade must be locked: that is what makes the numbers unique and without gaps. */
export async function insertDecision(
  unit: Unit,
  of: Upgrade,
  asked: { by: string | null; reason: string } & Deadlines,
): Promise<Decision> {
  const [counted] = await unit.tx
    .select({ so_far: count() })
    .from(decision)
    .where(eq(decision.upgradeId, of.id));
  const [row] = await unit.tx
    .insert(decision)
    .values({
      teamId: of.teamId,
      upgradeId: of.id,
      number: (counted?.so_far ?? 0) + 1,
      reason: asked.reason,
      openedBy: asked.by,
      openedAt: unit.now,
      deadlineAt: asked.deadlineAt,
      finalDeadlineAt: asked.finalDeadlineAt,
      automatic: asked.by === null,
    })
    .returning();
  if (!row) throw new Error('an insert returned nothing');
  return row;
}

export async function updateDecision(
  unit: Unit,
  of: Decision,
  change: Partial<Omit<Decision, 'id' | 'teamId' | 'upgradeId' | 'number'>>,
): Promise<Decision> {
  const [row] = await unit.tx.update(decision).set(change).where(eq(decision.id, of.id)).returning();
  if (!row) throw new Error('an update found nothing');
  return row;
}

export async function insertAdvice(unit: Unit, of: Decision, by: string, text: string): Promise<void> {
  await unit.tx
    .insert(decisionAdvice)
    .values({ teamId: of.teamId, decisionId: of.id, by, text, at: unit.now });
}

/** Oldest first. */
export async function listAdvice(db: Db | Tx, decisionId: number): Promise<Advice[]> {
  return db
    .select()
    .from(decisionAdvice)
    .where(eq(decisionAdvice.decisionId, decisionId))
    .orderBy(decisionAdvice.id);
}

/** Open decisions that this person may settle now, newest first. */
export async function listWaitingFor(
  db: Db | Tx,
  actor: Actor & { userId: string },
): Promise<{ decision: Decision; upgrade: Upgrade }[]> {
  const theirs = or(
    eq(upgradeRole.role, 'sponsor'),
    and(eq(upgradeRole.role, 'deputy'), isNotNull(decision.escalatedAt)),
  );
  return db
    .selectDistinctOn([decision.id], { decision, upgrade })
    .from(decision)
    .innerJoin(upgrade, eq(upgrade.id, decision.upgradeId))
    .innerJoin(upgradeRole, eq(upgradeRole.upgradeId, decision.upgradeId))
    .where(
      and(
        eq(decision.teamId, actor.teamId),
        eq(decision.state, 'open'),
        eq(upgradeRole.userId, actor.userId),
        theirs,
      ),
    )
    .orderBy(desc(decision.id));
}
