import { and, desc, eq, getTableColumns, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import type { Delivery } from './store.ts';
import { outbox } from './tables.ts';

/** What became of the messages of one kind. */
export interface KindCount {
  kind: string;
  waiting: number;
  sent: number;
  failed: number;
  withdrawn: number;
  /** Of those sent; seconds after the planned time. */
  worstSeconds: number;
}

/** By the upgrade's clock, from planned to posted; of first posts, not of edits. */
export interface Punctuality {
  sent: number;
  /** At most `ON_TIME_SECONDS` late. */
  onTime: number;
  medianSeconds: number;
  worstSeconds: number;
}

const ON_TIME_SECONDS = 60;

const lateSeconds = sql`greatest(0, extract(epoch from ${outbox.sentAt} - ${outbox.plannedFor}))`;
const ofUpgrade = (teamId: string, upgradeId: number) =>
  and(eq(outbox.teamId, teamId), eq(outbox.upgradeId, upgradeId));
const count = (condition: SQL): SQL<number> =>
  sql<number>`count(*) filter (where ${condition})`.mapWith(Number);

/** Every kind that was ever to be sent, in the order in which they came up. */
export async function countByKind(db: Db | Tx, teamId: string, upgradeId: number): Promise<KindCount[]> {
  return db
    .select({
      kind: outbox.kind,
      waiting: count(sql`${outbox.state} = 'pending' and ${outbox.ts} is null`),
      sent: count(sql`${outbox.ts} is not null`),
      failed: count(sql`${outbox.state} = 'failed'`),
      withdrawn: count(sql`${outbox.state} = 'cancelled' and ${outbox.ts} is null`),
      worstSeconds: sql<number>`coalesce(max(${lateSeconds}), 0)`.mapWith(Number),
    })
    .from(outbox)
    .where(ofUpgrade(teamId, upgradeId))
    .groupBy(outbox.kind)
    .orderBy(sql`min(${outbox.sequence})`);
}

export async function readPunctuality(
  db: Db | Tx,
  teamId: string,
  upgradeId: number,
): Promise<Punctuality | undefined> {
  const [found] = await db
    .select({
      sent: count(sql`true`),
      onTime: count(sql`${lateSeconds} <= ${ON_TIME_SECONDS}`),
      medianSeconds:
        sql<number>`coalesce(percentile_disc(0.5) within group (order by ${lateSeconds}), 0)`.mapWith(Number),
      worstSeconds: sql<number>`coalesce(max(${lateSeconds}), 0)`.mapWith(Number),
    })
    .from(outbox)
    .where(and(ofUpgrade(teamId, upgradeId), sql`${outbox.sentAt} is not null`));
  return found && found.sent > 0 ? found : undefined;
}

/** "118 of 120 messages within a minute of their time; typically 0 s, at worst 2 min late." */
export const sayPunctuality = ({ sent, onTime, medianSeconds, worstSeconds }: Punctuality): string =>
  `${onTime} of ${sent} ${sent === 1 ? 'message' : 'messages'} within a minute of their time; ` +
  `typically ${sayDelay(medianSeconds)}, at worst ${sayDelay(worstSeconds)} late`;

/** `4 s`, `3 min`, `2 h 5 min`. */
export function sayDelay(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** The oldest that were not posted yet. */
export async function listWaiting(
  db: Db | Tx,
  teamId: string,
  upgradeId: number,
  limit: number,
): Promise<Delivery[]> {
  return db
    .select()
    .from(outbox)
    .where(and(ofUpgrade(teamId, upgradeId), eq(outbox.state, 'pending'), isNull(outbox.ts)))
    .orderBy(outbox.sequence)
    .limit(limit);
}

/** What failed, by kind and reason: the newest of each, and how many they are. */
export async function listFailed(
  db: Db | Tx,
  teamId: string,
  upgradeId: number,
  limit: number,
): Promise<(Delivery & { messages: number })[]> {
  const { kind, error, sequence } = outbox;
  const messages = sql<number>`count(*) over (partition by ${kind}, ${error})`.mapWith(Number).as('messages');
  const newest = db
    .selectDistinctOn([kind, error], { ...getTableColumns(outbox), messages })
    .from(outbox)
    .where(and(ofUpgrade(teamId, upgradeId), eq(outbox.state, 'failed')))
    .orderBy(kind, error, desc(sequence))
    .as('newest');
  return db.select().from(newest).orderBy(desc(newest.sequence)).limit(limit);
}

/** Why messages were not sent in the end, and how many each. */
export async function listWithdrawn(
  db: Db | Tx,
  teamId: string,
  upgradeId: number,
): Promise<{ kind: string; reason: string; messages: number }[]> {
  return db
    .select({
      kind: outbox.kind,
      reason: sql<string>`coalesce(${outbox.error}, '')`,
      messages: sql<number>`count(*)`.mapWith(Number),
    })
    .from(outbox)
    .where(and(ofUpgrade(teamId, upgradeId), eq(outbox.state, 'cancelled'), isNull(outbox.ts)))
    .groupBy(outbox.kind, outbox.error)
    .orderBy(sql`min(${outbox.sequence})`);
}
