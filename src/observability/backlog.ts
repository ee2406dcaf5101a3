import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { RUNNING } from '../upgrade/lifecycle.ts';

export interface Backlog {
  timetable: { planned: number; due: number; retrying: number };
  /** Seconds that the oldest due row of a kind has waited. */
  waiting: Record<string, number>;
  /** By lane; a lane without pending messages is absent. `oldest` in seconds. */
  outbox: Record<string, { pending: number; oldest: number; doubtful: number; retrying: number }>;
  decisions: { open: number; overdue: number };
  running: Record<string, number>;
  overrunning: number;
}

/** What waits, at `now` by the upgrades' clock, in one query over the partial indexes of what is unsettled. */
export async function readBacklog(db: Db, now: Date): Promise<Backlog> {
  const { rows } = await db.execute<Backlog & Record<string, unknown>>(backlogAt(now));
  const [found] = rows;
  if (!found) throw new Error('a query without FROM gave no row');
  return found;
}

export function backlogAt(now: Date): SQL {
  const at = sql`${now.toISOString()}::timestamptz`;
  const waited = (since: string) =>
    sql`greatest(0, coalesce(extract(epoch from ${at} - ${sql.raw(since)}), 0))`;
  return sql`
    select
      (select json_build_object('planned', count(*), 'due', count(*) filter (where due_at <= ${at}),
          'retrying', count(*) filter (where generation > 0 and lease_until is null))
        from timetable where state = 'planned') as timetable,
      (select coalesce(json_object_agg(kind, oldest), '{}') from (
        select kind, ${waited('min(due_at)')} as oldest
        from timetable where state = 'planned' and due_at <= ${at} group by kind) kinds) as waiting,
      (select coalesce(json_object_agg(lane, figures), '{}') from (
        select lane, json_build_object('pending', count(*),
            'oldest', ${waited('min(planned_for) filter (where ts is null)')},
            'doubtful', count(*) filter (where doubtful and ts is null),
            'retrying', count(*) filter (where attempts > 0 and ts is null and lease_until is null)) as figures
        from outbox where state = 'pending' group by lane) lanes) as outbox,
      (select json_build_object('open', count(*),
          'overdue', count(*) filter (where final_deadline_at < ${at} - interval '1 minute'))
        from decision where state = 'open') as decisions,
      (select coalesce(json_object_agg(state, number), '{}') from (
        select state, count(*) as number from upgrade where state in ${RUNNING} group by state) states) as running,
      (select count(*)::int from upgrade where state in ${RUNNING} and ends_at < ${at}) as overrunning`;
}
