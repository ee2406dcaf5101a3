import { type Fact, type Follower, follow, followAll } from '../record/index.ts';
import { cancelRows, planRows } from '../timetable/index.ts';
import { lockUpgrade } from '../upgrade/store.ts';
import { deriveWindow } from '../upgrade/window.ts';
import { refreshDecision } from './live-decision.ts';
import { asksByItselfAt } from './rules.ts';

const EVIDENCE: Fact[] = ['issue.opened', 'issue.resolved', 'status.reported', 'upgrade.verifying'];
/** None of them comes while a decision is open. */
const WORK_ENDED: Fact[] = ['upgrade.completed', 'upgrade.rolled_back'];

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
  ...followAll(WORK_ENDED, async (unit, { upgradeId }) => {
    await cancelRows(unit, upgradeId, ['rollback.point-of-no-return'], 'the work has ended');
  }),
];
