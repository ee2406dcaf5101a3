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
  await unit.tx.insert(recordEntry).values(
    entries.map(({ actor, upgradeId, data }) => ({
      teamId: actor.teamId,
      upgradeId,
      at: unit.now,
      actor: actor.userId,
      fact,
      data: { ...data },
    })),
  );
  const follows = unit.context.followers.get(fact) ?? [];
  for (const { actor, upgradeId, data, within = atOnce } of entries) {
    for (const follow of follows) await within(() => follow(unit, { actor, upgradeId, data: data as never }));
  }
}

const atOnce = <T>(act: () => T): T => act();
