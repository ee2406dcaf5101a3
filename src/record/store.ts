import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import type { Fact, Facts } from './facts.ts';
import { recordEntry } from './tables.ts';

export type Entry = {
  [F in Fact]: { id: number; at: Date; actor: string | null; fact: F; data: Facts[F] };
}[Fact];

/** The record of an upgrade, oldest first: all of it, or certain facts. */
export async function getRecord(
  db: Db | Tx,
  teamId: string,
  upgradeId: number,
  facts?: readonly Fact[],
): Promise<Entry[]> {
  const rows = await db
    .select()
    .from(recordEntry)
    .where(
      and(
        eq(recordEntry.teamId, teamId),
        eq(recordEntry.upgradeId, upgradeId),
        facts && inArray(recordEntry.fact, [...facts]),
      ),
    )
    .orderBy(asc(recordEntry.id));
  return rows.map(({ id, at, actor, fact, data }) => ({ id, at, actor, fact, data }) as Entry);
}
