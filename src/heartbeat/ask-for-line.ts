import { enqueue } from '../outbox/index.ts';
import { handler, LATE_POLICY, type Outcome } from '../timetable/index.ts';
import { isRunning } from '../upgrade/lifecycle.ts';
import { lockUpgrade } from '../upgrade/store.ts';
import { heartbeatSlot } from '../upgrade/window.ts';
import { askMessage } from './messages.ts';
import { anchorOf } from './plan-beats.ts';
import { watchLine } from './rules.ts';
import { Watch } from './schemas.ts';
import { listLatestLines } from './store.ts';

const late = LATE_POLICY['heartbeat.ask'].leftOut;

/** A few minutes before a heartbeat the communicator is asked for the line that it will carry. */
export const askForLine = handler({
  kind: 'heartbeat.ask',
  async decide(unit, row): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    if (!isRunning(upgrade)) return { skipped: late.ended };
    const { communication, people } = upgrade.plan;
    const dueAt = heartbeatSlot(anchorOf(upgrade), communication.heartbeat, Number(row.slot));
    if (unit.now >= dueAt) return { skipped: late.due };
    const latest = await listLatestLines(unit.tx, [upgrade.id]);
    const { line } = watchLine(Watch.parse(row.payload), latest.get(upgrade.id));
    await enqueue(unit, [
      {
        teamId: upgrade.teamId,
        upgradeId: upgrade.id,
        kind: row.kind,
        slot: row.slot,
        target: people.communicator,
        message: askMessage(unit.context, upgrade, { dueAt, line }, unit.now),
        plannedFor: row.dueAt,
      },
    ]);
    return 'done';
  },
});
