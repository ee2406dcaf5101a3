import type { Actor, Context, Unit } from '../context.ts';
import { wrongState } from '../errors.ts';
import { append } from '../record/index.ts';
import { perform } from '../upgrade/perform.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { readText } from '../upgrade/written.ts';
import { showDecision } from './live-decision.ts';
import { type Decision, findOpenDecision, insertAdvice } from './store.ts';

/** What somebody with a role in the plan thinks of the open decision: shown beside it, never counted. */
export async function giveAdvice(
  context: Context,
  actor: Actor & { userId: string },
  upgradeId: number,
  text: string,
): Promise<void> {
  await perform(context, { actor, upgradeId, verb: 'ask_rollback' }, async (unit, { upgrade }) => {
    const open = await findOpenDecision(unit.tx, upgradeId);
    if (!open)
      throw wrongState('No rollback decision is open any more.', 'Ask for a new one with /upgrade rollback.');
    await adviseOn(unit, actor, upgrade, open, readText(text, 'Advice'));
  });
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
