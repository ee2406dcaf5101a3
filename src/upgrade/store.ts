import { and, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Actor, Unit } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import { notFound } from '../errors.ts';
import { workspace } from '../workspace/tables.ts';
import { type Role, rolesOf } from './authority.ts';
import type { State } from './lifecycle.ts';
import type { ResolvedPlan } from './plan/schema.ts';
import { acceptanceResult, statusLine, upgrade, upgradeIssue, upgradeRole } from './tables.ts';
import type { Window } from './window.ts';

export type Upgrade = typeof upgrade.$inferSelect;
export type Issue = typeof upgradeIssue.$inferSelect;
export type StatusLine = typeof statusLine.$inferSelect;
export type AcceptanceResult = typeof acceptanceResult.$inferSelect;

/** As people type and read it: `UP-12`. */
export const keyOf = (of: Pick<Upgrade, 'number'>): string => `UP-${of.number}`;

export async function getUpgrade(db: Db | Tx, teamId: string, id: number): Promise<Upgrade> {
  const [row] = await db
    .select()
    .from(upgrade)
    .where(and(eq(upgrade.teamId, teamId), eq(upgrade.id, id)));
  if (!row) throw notFound('There is no such upgrade here.', 'List what there is with /upgrade list.');
  return row;
}

/** The same, held until the transaction ends: verbs on one upgrade happen one after another. */
export async function lockUpgrade(unit: Unit, teamId: string, id: number): Promise<Upgrade> {
  const [row] = await unit.tx
    .select()
    .from(upgrade)
    .where(and(eq(upgrade.teamId, teamId), eq(upgrade.id, id)))
    .for('update');
  if (!row) throw notFound('There is no such upgrade here.', 'List what there is with /upgrade list.');
  return row;
}

/** Those of these upgrades that nobody else holds, held until the transaction ends. */
export const lockFreeUpgrades = (unit: Unit, ids: readonly number[]): Promise<Upgrade[]> =>
  unit.tx
    .select()
    .from(upgrade)
    .where(inArray(upgrade.id, [...ids]))
    .orderBy(upgrade.id)
    .for('update', { skipLocked: true });

export async function findUpgradeByNumber(
  db: Db | Tx,
  teamId: string,
  number: number,
): Promise<Upgrade | undefined> {
  const [row] = await db
    .select()
    .from(upgrade)
    .where(and(eq(upgrade.teamId, teamId), eq(upgrade.number, number)));
  return row;
}

/** Newest first; of a room, of a person, in certain states, or all of a workspace. */
export async function listUpgrades(
  db: Db | Tx,
  teamId: string,
  filter: { room?: string; userId?: string; states?: readonly State[]; limit?: number } = {},
): Promise<Upgrade[]> {
  const theirs = filter.userId
    ? or(
        eq(upgrade.createdBy, filter.userId),
        inArray(
          upgrade.id,
          db
            .select({ id: upgradeRole.upgradeId })
            .from(upgradeRole)
            .where(and(eq(upgradeRole.teamId, teamId), eq(upgradeRole.userId, filter.userId))),
        ),
      )
    : undefined;
  return db
    .select()
    .from(upgrade)
    .where(
      and(
        eq(upgrade.teamId, teamId),
        filter.room ? sql`${upgrade.plan}->'channels'->>'room' = ${filter.room}` : undefined,
        filter.states ? inArray(upgrade.state, [...filter.states]) : undefined,
        theirs,
      ),
    )
    .orderBy(desc(upgrade.number))
    .limit(filter.limit ?? 100);
}

/** Writes a new draft under the next free number of its workspace. */
export async function insertUpgrade(
  unit: Unit,
  actor: Actor & { userId: string },
  plan: ResolvedPlan,
  window: Pick<Window, 'start' | 'end'>,
): Promise<Upgrade> {
  const [drawn] = await unit.tx
    .update(workspace)
    .set({ lastUpgradeNumber: sql`${workspace.lastUpgradeNumber} + 1` })
    .where(eq(workspace.teamId, actor.teamId))
    .returning({ number: workspace.lastUpgradeNumber });
  if (!drawn)
    throw notFound('Watchbell is not installed in this workspace.', 'Ask your operator to install it.');
  const [row] = await unit.tx
    .insert(upgrade)
    .values({
      teamId: actor.teamId,
      number: drawn.number,
      state: 'draft',
      plan,
      startsAt: window.start,
      endsAt: window.end,
      createdBy: actor.userId,
      createdAt: unit.now,
    })
    .returning();
  if (!row) throw new Error('an insert returned nothing');
  await writeRoles(unit, row);
  return row;
}

/** Changes an upgrade; when the plan changes, the roles follow. */
export async function updateUpgrade(
  unit: Unit,
  of: Upgrade,
  change: Partial<Omit<Upgrade, 'id' | 'teamId' | 'number'>>,
): Promise<Upgrade> {
  const [row] = await unit.tx.update(upgrade).set(change).where(eq(upgrade.id, of.id)).returning();
  if (!row) throw new Error('an update found nothing');
  if (change.plan) await writeRoles(unit, row);
  return row;
}

async function writeRoles(unit: Unit, of: Upgrade): Promise<void> {
  await unit.tx.delete(upgradeRole).where(eq(upgradeRole.upgradeId, of.id));
  const { lead, sponsor, deputy, communicator, crisisSpeaker, operations, consulted } = of.plan.people;
  const people = new Set([lead, sponsor, deputy, communicator, crisisSpeaker, ...operations, ...consulted]);
  const rows = [...people]
    .filter((userId) => userId !== undefined)
    .flatMap((userId) =>
      rolesOf(of.plan, userId).map((role: Role) => ({ teamId: of.teamId, upgradeId: of.id, role, userId })),
    );
  if (rows.length > 0) await unit.tx.insert(upgradeRole).values(rows);
}

export const listIssues = (db: Db | Tx, upgradeId: number): Promise<Issue[]> => listIssuesOf(db, [upgradeId]);

/** The same of several upgrades. */
export const listIssuesOf = (db: Db | Tx, upgradeIds: readonly number[]): Promise<Issue[]> =>
  db
    .select()
    .from(upgradeIssue)
    .where(inArray(upgradeIssue.upgradeId, [...upgradeIds]))
    .orderBy(upgradeIssue.number);

export const isOpen = (issue: Issue): boolean => issue.resolvedAt === null;

/** The upgrade must be locked: that is what makes the numbers unique and without gaps. */
export async function insertIssue(unit: Unit, of: Upgrade, by: string, text: string): Promise<Issue> {
  const number = (await listIssues(unit.tx, of.id)).length + 1;
  const [row] = await unit.tx
    .insert(upgradeIssue)
    .values({ teamId: of.teamId, upgradeId: of.id, number, text, openedBy: by, openedAt: unit.now })
    .returning();
  if (!row) throw new Error('an insert returned nothing');
  return row;
}

/** False when it was resolved already. */
export async function resolveIssueRow(unit: Unit, of: Upgrade, number: number, by: string): Promise<boolean> {
  const resolved = await unit.tx
    .update(upgradeIssue)
    .set({ resolvedBy: by, resolvedAt: unit.now })
    .where(
      and(
        eq(upgradeIssue.upgradeId, of.id),
        eq(upgradeIssue.number, number),
        isNull(upgradeIssue.resolvedAt),
      ),
    )
    .returning({ number: upgradeIssue.number });
  return resolved.length === 1;
}

export async function insertStatus(unit: Unit, of: Upgrade, by: string, text: string): Promise<void> {
  await unit.tx.insert(statusLine).values({ teamId: of.teamId, upgradeId: of.id, text, by, at: unit.now });
}

export async function findLatestStatus(db: Db | Tx, upgradeId: number): Promise<StatusLine | undefined> {
  const [row] = await db
    .select()
    .from(statusLine)
    .where(eq(statusLine.upgradeId, upgradeId))
    .orderBy(desc(statusLine.at), desc(statusLine.id))
    .limit(1);
  return row;
}

export async function listAcceptance(db: Db | Tx, upgradeId: number): Promise<AcceptanceResult[]> {
  return db
    .select()
    .from(acceptanceResult)
    .where(eq(acceptanceResult.upgradeId, upgradeId))
    .orderBy(acceptanceResult.number);
}

export async function writeAcceptance(
  unit: Unit,
  of: Upgrade,
  by: string,
  results: { number: number; passed: boolean }[],
): Promise<void> {
  for (const result of results) {
    const values = { teamId: of.teamId, upgradeId: of.id, ...result, by, at: unit.now };
    await unit.tx
      .insert(acceptanceResult)
      .values(values)
      .onConflictDoUpdate({ target: [acceptanceResult.upgradeId, acceptanceResult.number], set: values });
  }
}
