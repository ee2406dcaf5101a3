import { and, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/client.ts';
import { PERSON } from '../slack/target.ts';
import type { PacedMethod } from './pacing.ts';
import type { Delivery } from './store.ts';
import { type Lane, outbox } from './tables.ts';

/** What is not claimed for a while: calls of one method in one workspace, or everything there. */
export interface Hold {
  teamId: string;
  method: PacedMethod | 'any';
}

/** Whether a workspace other than these has something waiting: goes from one to the next in the index, however many rows each has. */
export const othersWait = (held: readonly string[]): SQL => sql`
  with recursive team (id) as (
    select min(team_id) from outbox where state = 'pending'
    union all
    select (select min(team_id) from outbox where state = 'pending' and team_id > team.id) from team
    where team.id is not null
  )
  select exists (select 1 from team where id <> all (${sql.param([...held])}::text[]))`;

/** What decides whether a delivery can be taken: not its content, which only whoever takes it reads. */
export type Claimable = Pick<Delivery, 'id' | 'teamId' | 'target' | 'ts' | 'doubtful' | 'leaseUntil'>;

export interface Claiming {
  lane: Lane;
  limit: number;
  holds: Hold[];
  /** Of what has to be drawn. What only a newer version of this program knows is left to that, and holds up nothing. */
  kinds: readonly string[];
}

/**
 * After so many tries in vain, some ten minutes, those behind a message to the same target go before it: silence is worse
 * than the wrong order.
 */
export const STUCK_AFTER = 25;

/** What a worker of this lane could take now, oldest first. Edits come after posts: what stands in Slack already can wait. */
export const claimable = (db: Db | Tx, { lane, limit, holds, kinds }: Claiming, what: 'posts' | 'edits') =>
  db
    .select({
      id: outbox.id,
      teamId: outbox.teamId,
      target: outbox.target,
      ts: outbox.ts,
      doubtful: outbox.doubtful,
      leaseUntil: outbox.leaseUntil,
    })
    .from(outbox)
    .where(
      and(
        sql`${outbox.state} = 'pending' and ${outbox.lane} = ${lane}`,
        what === 'posts' ? isNull(outbox.ts) : isNotNull(outbox.ts),
        sql`(${outbox.leaseUntil} is null or ${outbox.leaseUntil} <= now())`,
        sql`(${outbox.notBefore} is null or ${outbox.notBefore} <= now())`,
        // A lookup in the index for each row; as "not exists" it could become a join with all that is pending.
        // What is not known comes in here too: as a condition of its own it would make the planner sort all that is pending.
        sql`${outbox.sequence} <= case when ${isKnown(sql`${outbox.message}`, sql`${outbox.kind}`, kinds)} then coalesce((
          select e.sequence from outbox e
          where e.team_id = ${outbox.teamId} and e.target = ${outbox.target}
            and e.state = 'pending' and e.ts is null and e.lane = ${outbox.lane}
            and e.attempts < ${STUCK_AFTER} and ${isKnown(sql`e.message`, sql`e.kind`, kinds)}
          order by e.sequence limit 1
        ), ${outbox.sequence}) end`,
        ...holds.map(notHeld),
      ),
    )
    .orderBy(outbox.sequence)
    .limit(limit);

const isKnown = (message: SQL, kind: SQL, kinds: readonly string[]): SQL =>
  sql`(${message} is not null or ${kind} = any (${sql.param([...kinds])}::text[]))`;

function notHeld({ teamId, method }: Hold): SQL {
  const ofTeam = sql`${outbox.teamId} = ${teamId}`;
  switch (method) {
    case 'chat.postMessage':
      return sql`not (${ofTeam} and ${outbox.ts} is null)`;
    case 'chat.update':
      return sql`not (${ofTeam} and ${outbox.ts} is not null)`;
    case 'conversations.history':
      return sql`not (${ofTeam} and ${outbox.ts} is null and (${outbox.doubtful} or ${outbox.leaseUntil} is not null))`;
    case 'conversations.open':
      return sql`not (${ofTeam} and ${outbox.target} ~ ${PERSON.source} and ${outbox.ts} is null
        and (${outbox.doubtful} or ${outbox.leaseUntil} is not null))`;
    default:
      return sql`not (${ofTeam})`;
  }
}

/** What a worker of a lane could do now, and in how many real seconds there may be more (undefined: nothing waits for its time). */
export interface Outlook {
  posts: boolean;
  edits: boolean;
  nextInSeconds: number | undefined;
}

/** One question, which locks nothing: most looks find nothing to do. */
export async function lookAhead(db: Db | Tx, looking: Omit<Claiming, 'limit'>): Promise<Outlook> {
  const { rows } = await db.execute<{ posts: boolean; edits: boolean; seconds: string | null }>(
    outlook(db, looking),
  );
  const [row] = rows;
  if (!row) throw new Error('a look ahead was not answered');
  const { posts, edits, seconds } = row;
  return { posts, edits, nextInSeconds: seconds === null ? undefined : Number(seconds) };
}

export function outlook(db: Db | Tx, looking: Omit<Claiming, 'limit'>): SQL {
  const some = (what: 'posts' | 'edits') => sql`exists ${claimable(db, { ...looking, limit: 1 }, what)}`;
  const held = looking.holds.flatMap(({ teamId, method }) =>
    method === 'any' || method === 'chat.postMessage' ? [teamId] : [],
  );
  // A fan-out to many thousands that is held would otherwise be read from end to end at each look.
  const posts =
    held.length === 0
      ? some('posts')
      : sql`case when (${othersWait(held)}) then ${some('posts')} else false end`;
  return sql`select ${posts} as posts, ${some('edits')} as edits, (${nextPending(looking.lane)}) as seconds`;
}

/** Real seconds until a delivery of this lane can be claimed that waits for its time now; null when none does. */
const nextPending = (lane: Lane): SQL => sql`
  select extract(epoch from min(greatest(not_before, lease_until)) - now())
  from outbox where state = 'pending' and lane = ${lane} and (not_before is not null or lease_until is not null)
    and (not_before > now() or lease_until > now())`;
