import { enqueue } from '../outbox/index.ts';
import { handler, LATE_POLICY, type Outcome } from '../timetable/index.ts';
import { isRunning } from '../upgrade/lifecycle.ts';
import { listIssues, lockUpgrade } from '../upgrade/store.ts';
import { windowEndMessage } from './messages.ts';
import { anchorOf } from './plan-beats.ts';
import { nextBeatAfter } from './rules.ts';

/** The planned end is here and work goes on: the lead is asked once. From then on the heartbeats say by how much it is over. */
export const askAtWindowEnd = handler({
  kind: 'window.end',
  async decide(unit, row): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    if (!isRunning(upgrade)) return { skipped: LATE_POLICY['window.end'].leftOut.ended };
    const { heartbeat } = upgrade.plan.communication;
    const nextUpdate = nextBeatAfter(anchorOf(upgrade), heartbeat, unit.now);
    const issues = await listIssues(unit.tx, upgrade.id);
    await enqueue(unit, [
      {
        teamId: upgrade.teamId,
        upgradeId: upgrade.id,
        kind: row.kind,
        slot: row.slot,
        target: upgrade.plan.channels.room,
        message: windowEndMessage(unit.context, upgrade, { issues, nextUpdate }, unit.now),
        plannedFor: row.dueAt,
      },
    ]);
    return 'done';
  },
});
