import { and, eq, lte, min, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { outbox } from '../outbox/tables.ts';
import { timetable } from '../timetable/tables.ts';
import { upgrade } from '../upgrade/tables.ts';

export interface NextDue {
  at: Date;
  kind: string;
  slot: string;
  /** Of the upgrade that it belongs to. */
  number: number;
}

/** The planned row that is due first. */
export async function findNextDue(db: Db): Promise<NextDue | undefined> {
  const [row] = await db
    .select({ at: timetable.dueAt, kind: timetable.kind, slot: timetable.slot, number: upgrade.number })
    .from(timetable)
    .innerJoin(upgrade, eq(upgrade.id, timetable.upgradeId))
    .where(eq(timetable.state, 'planned'))
    .orderBy(timetable.dueAt, timetable.id)
    .limit(1);
  return row;
}

/** Whether everything that is due by `now` has been decided, and everything that is to be said has been said. */
export async function isIdle(db: Db, now: Date): Promise<boolean> {
  const [due] = await db
    .select({ first: min(timetable.dueAt) })
    .from(timetable)
    .where(and(eq(timetable.state, 'planned'), lte(timetable.dueAt, now)));
  if (due?.first) return false;
  const [pending] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(outbox)
    .where(eq(outbox.state, 'pending'));
  return pending?.count === 0;
}
