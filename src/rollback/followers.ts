import { type Unit, watchbell } from '../context.ts';
import { append, type Fact, type Follower, follow, followAll } from '../record/index.ts';
import { cancelRows, planRows } from '../timetable/index.ts';
import { STATE_NAMES } from '../upgrade/lifecycle.ts';
import { lockUpgrade } from '../upgrade/store.ts';
import { deriveWindow } from '../upgrade/window.ts';
import { refreshDecision, showDecision } from './live-decision.ts';
import { asksByItselfAt } from './rules.ts';
import { findOpenDecision, updateDecision } from './store.ts';
import { DEADLINES } from './take-decision.ts';

const EVIDENCE: Fact[] = ['issue.opened', 'issue.resolved', 'status.reported', 'upgrade.verifying'];
const WORK_ENDED: Fact[] = [
  'upgrade.completed',
  'upgrade.rolled_back',
  'upgrade.cancelled',
  'upgrade.closed',
];

export const followers: Follower[] = [
  follow('upgrade.started', async (unit, { actor, upgradeId }) => {
    const upgrade = await lockUpgrade(unit, actor.teamId, upgradeId);
    const window = deriveWindow(upgrade.plan, upgrade.startsAt);
    await planRows(unit, [
      {
        teamId: upgrade.teamId,
        upgradeId,
        kind: 'rollback.point-of-no-return',
        slot: String(upgrade.revision),
        dueAt: asksByItselfAt(upgrade.plan, window),
      },
    ]);
  }),
  ...followAll(EVIDENCE, (unit, { actor, upgradeId }) => refreshDecision(unit, actor.teamId, upgradeId)),
  ...followAll(WORK_ENDED, (unit, { actor, upgradeId }) => withdraw(unit, actor.teamId, upgradeId)),
];

/** The work ended while a decision was open: there is nothing left to decide, and that is said. */
async function withdraw(unit: Unit, teamId: string, upgradeId: number): Promise<void> {
  await cancelRows(unit, upgradeId, [...DEADLINES, 'rollback.point-of-no-return'], 'the work has ended');
  const open = await findOpenDecision(unit.tx, upgradeId);
  if (!open) return;
  const upgrade = await lockUpgrade(unit, teamId, upgradeId);
  const decision = await updateDecision(unit, open, { state: 'withdrawn', decidedAt: unit.now });
  await append(unit, watchbell(teamId), upgradeId, 'rollback.withdrawn', {
    number: decision.number,
    why: `the upgrade is ${STATE_NAMES[upgrade.state]}`,
  });
  await showDecision(unit, upgrade, decision);
}
