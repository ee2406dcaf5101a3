import { sql } from 'drizzle-orm';
import type { Actor, Happening, Unit } from '../context.ts';
import type { Fact, Facts } from './facts.ts';
import { recordEntry } from './tables.ts';

/** Appends what happened, at the unit's instant, to the record of an upgrade, and lets its followers write what follows. */
export async function append<F extends Fact>(
  unit: Unit,
  actor: Actor,
  upgradeId: number,
  fact: F,
  data: Facts[F],
): Promise<void> {
  await appendAll(unit, fact, [{ actor, upgradeId, data }]);
}

/** The same for several facts of one kind, in one statement. */
export async function appendAll<F extends Fact>(
  unit: Unit,
  fact: F,
  happenings: readonly Happening<Facts[F]>[],
): Promise<void> {
  if (happenings.length === 0) return;
  const column = (read: (happening: Happening<Facts[F]>) => unknown) => sql.param(happenings.map(read));
  await unit.tx.execute(sql`
    insert into ${recordEntry} (team_id, upgrade_id, at, actor, fact, data)
    select team_id, upgrade_id, ${unit.now.toISOString()}::timestamptz, actor, ${fact}, data
    from unnest(
      ${column(({ actor }) => actor.teamId)}::text[], ${column(({ upgradeId }) => upgradeId)}::int[],
      ${column(({ actor }) => actor.userId)}::text[], ${column(({ data }) => JSON.stringify(data))}::jsonb[]
    ) with ordinality as entry (team_id, upgrade_id, actor, data, place)
    order by place`);
  for (const follow of unit.context.followers.get(fact) ?? [])
    await follow(unit, happenings as readonly Happening<never>[]);
}
