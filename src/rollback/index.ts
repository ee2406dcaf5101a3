import type { PreviewItem, Slice } from '../slice.ts';
import { keyOf } from '../upgrade/store.ts';
import { deriveWindow } from '../upgrade/window.ts';
import { ESCALATED, lastWord, pointOfNoReturnNears, renderEscalated, sponsorsDeadline } from './deadlines.ts';
import { drawDecision, renderDecision } from './draw-decision.ts';
import { followers } from './followers.ts';
import { DECISION } from './live-decision.ts';
import { asksByItselfAt, deriveDeadlines } from './rules.ts';
import { surface } from './slack.ts';
import { type Decision, listWaitingFor } from './store.ts';

/** Whether to go back: asked for by any role or by the clock, decided by the sponsor, the deputy, or the plan on silence. */
export const rollback: Slice = {
  surface,
  handlers: [sponsorsDeadline, lastWord, pointOfNoReturnNears],
  followers,
  renderers: { [DECISION]: renderDecision, [ESCALATED]: renderEscalated },
  async waiting({ db }, actor) {
    const open = await listWaitingFor(db, actor);
    return open.map(({ decision, upgrade }) => ({
      upgradeId: upgrade.id,
      text: `${keyOf(upgrade)} waits for your decision: roll back, or keep going`,
      button: {
        text: 'See and decide',
        actionId: 'rollback.show',
        value: String(decision.id),
        style: 'primary',
      },
    }));
  },
  async preview(context, upgrade): Promise<PreviewItem[]> {
    const { plan } = upgrade;
    const askedAt = asksByItselfAt(plan, deriveWindow(plan, upgrade.startsAt));
    const sample: Decision = {
      id: 0,
      teamId: upgrade.teamId,
      upgradeId: upgrade.id,
      number: 1,
      state: 'open',
      reason: 'The point of no return is near, and work is still open.',
      openedBy: null,
      openedAt: askedAt,
      ...deriveDeadlines(plan, askedAt),
      escalatedAt: null,
      extendedAt: null,
      extendedBy: null,
      choice: null,
      how: null,
      decidedBy: null,
      decidedAt: null,
      automatic: true,
    };
    const evidence = { issues: [], status: undefined, advice: [] };
    const message = drawDecision(context, askedAt, upgrade, sample, evidence);
    return [
      {
        at: undefined,
        what: 'rollback decision, when somebody asks for it or the point of no return nears with work open',
        to: `${plan.channels.room} ${plan.people.sponsor}`,
        message,
      },
    ];
  },
};
