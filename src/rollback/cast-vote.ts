import type { Actor, Context, Unit } from '../context.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { perform } from '../upgrade/perform.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { extendDecision } from './extend-decision.ts';
import type { Ballot } from './rules.ts';
import { requireOpen, Settled } from './settled.ts';
import { type Decision, getDecision } from './store.ts';
import { takeDecision } from './take-decision.ts';

/** `counted` is false where the decision was settled before: by whom and when stands in it. */
export interface Voted {
  upgrade: Upgrade;
  decision: Decision;
  counted: boolean;
}

/** The sponsor's word binds; the deputy's too once the sponsor's time is over. The first one counts. Whoever comes too late is told how it ended. */
export async function castVote(
  context: Context,
  actor: Actor & { userId: string },
  decisionId: number,
  ballot: Ballot,
): Promise<Voted> {
  const { upgradeId } = await getDecision(context.db, actor.teamId, decisionId);
  const standing = async (unit: Unit) => ({
    escalated: (await requireOpen(unit, actor.teamId, decisionId)).escalatedAt !== null,
  });
  try {
    return await perform(
      context,
      { actor, upgradeId, verb: 'decide', standing },
      async (unit, { upgrade }) => {
        const open = await requireOpen(unit, actor.teamId, decisionId);
        const how = upgrade.plan.people.sponsor === actor.userId ? 'sponsor' : 'deputy';
        const decision =
          ballot === 'more_time'
            ? await extendDecision(unit, actor, upgrade, open)
            : await takeDecision(unit, actor, upgrade, open, { choice: ballot, how });
        return { upgrade, decision, counted: true };
      },
    );
  } catch (error) {
    if (!(error instanceof Settled)) throw error;
    await admitViewer(context, actor);
    const upgrade = await getUpgrade(context.db, actor.teamId, upgradeId);
    return { upgrade, decision: error.decision, counted: false };
  }
}
