import type { Unit } from '../context.ts';
import { touch } from '../outbox/index.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { type Decision, findOpenDecision } from './store.ts';

/** The kind of the live message. */
export const DECISION = 'decision';

/**
 * Shows the decision as it stands: in the room, and directly to whoever may settle it. `plannedFor`: when the row that led
 * to it was due; a call that comes late is late from then on.
 */
export async function showDecision(
  unit: Unit,
  of: Upgrade,
  decision: Decision,
  plannedFor?: Date,
): Promise<void> {
  const { people, channels } = of.plan;
  const voters = decision.escalatedAt ? [people.sponsor, people.deputy] : [people.sponsor];
  for (const target of [channels.room, ...voters]) {
    await touch(unit, {
      teamId: of.teamId,
      upgradeId: of.id,
      kind: DECISION,
      slot: String(decision.number),
      target,
      plannedFor,
    });
  }
}

/** The evidence changed: an open decision shows it. */
export async function refreshDecision(unit: Unit, teamId: string, upgradeId: number): Promise<void> {
  const open = await findOpenDecision(unit.tx, upgradeId);
  if (open) await showDecision(unit, await getUpgrade(unit.tx, teamId, upgradeId), open);
}
