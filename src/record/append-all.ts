import { sql } from 'drizzle-orm';
import type { Actor, Unit } from '../context.ts';
import type { Fact, Facts } from './facts.ts';
import { recordEntry } from './tables.ts';

export interface NewEntry<F extends Fact> {
  actor: Actor;
  upgradeId: number;
  data: Facts[F];
  /** Runs what follows in the context of where it comes from, for logs and traces. */
  within?: <T>(act: () => T) => T;
}

/** Appends several facts of one kind in one statement, then lets each one's followers write what follows, in turn. */
export async function appendAll<F extends Fact>(
  unit: Unit,
  fact: F,
  entries: readonly NewEntry<F>[],
): Promise<void> {
  if (entries.length === 0) return;
  const column = (read: (entry: NewEntry<F>) => unknown) => sql.param(entries.map(read));
  await unit.tx.execute(sql`
    insert into ${recordEntry} (team_id, upgrade_id, at, actor, fact, data)
    select team_id, upgrade_id, ${unit.now.toISOString()}::timestamptz, actor, ${fact}, data
    from unnest(
      ${column(({ actor }) => actor.teamId)}::text[], ${column(({ upgradeId }) => upgradeId)}::int[],
      ${column(({ actor }) => actor.userId)}::text[], ${column(({ data }) => JSON.stringify(data))}::jsonb[]
    ) with ordinality as entry (team_id, upgrade_id, actor, data, place)
    order by place`);
  const follows = unit.context.followers.get(fact) ?? [];
  for (const { actor, upgradeId, data, within = atOnce } of entries) {
    for (const follow of follows) await within(() => follow(unit, { actor, upgradeId, data: data as never }));
  }
}

const atOnce = <T>(act: () => T): T => act();
