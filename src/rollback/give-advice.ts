import type { Actor, Context, Unit } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from '../upgrade/perform.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { showDecision } from './live-decision.ts';
import { requireOpen } from './settled.ts';
import { type Decision, getDecision, insertAdvice } from './store.ts';

/** What somebody with a role in the plan thinks of an open decision: shown beside it, never counted. */
export async function giveAdvice(
  context: Context,
  actor: Actor & { userId: string },
  decisionId: number,
  text: string,
): Promise<void> {
  const { upgradeId } = await getDecision(context.db, actor.teamId, decisionId);
  await perform(context, { actor, upgradeId, verb: 'ask_rollback' }, async (unit, { upgrade }) =>
    adviseOn(unit, actor, upgrade, await requireOpen(unit, actor.teamId, decisionId), text),
  );
}

export async function adviseOn(
  unit: Unit,
  actor: Actor & { userId: string },
  upgrade: Upgrade,
  decision: Decision,
  text: string,
): Promise<void> {
  await insertAdvice(unit, decision, actor.userId, text);
  await append(unit, actor, upgrade.id, 'rollback.advised', { number: decision.number, text });
  await showDecision(unit, upgrade, decision);
}
