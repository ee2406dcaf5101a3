import type { Unit } from '../context.ts';
import { watchbell } from '../context.ts';
import { enqueue } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import { handler, LATE_POLICY, type Outcome } from '../timetable/index.ts';
import { isRunning } from '../upgrade/lifecycle.ts';
import { listIssues, lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { heartbeatMessage, type News } from './messages.ts';
import { anchorOf, planBeat } from './plan-beats.ts';
import { deriveBeat, watchLine } from './rules.ts';
import { Watch } from './schemas.ts';
import { findLatestLine, type Shows } from './store.ts';

/** A heartbeat is due: says where the work stands, with or without news, and plans the next one. */
export const sendHeartbeat = handler({
  kind: 'heartbeat',
  async decide(unit, row): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    if (!isRunning(upgrade)) return { skipped: LATE_POLICY.heartbeat.leftOut.ended };
    const anchor = anchorOf(upgrade);
    const beat = deriveBeat(anchor, upgrade.plan.communication.heartbeat, Number(row.slot), unit.now);
    const latest = await findLatestLine(unit.tx, upgrade.id);
    const { line, watch } = watchLine(Watch.parse(row.payload), latest);
    const news: News = {
      beat,
      line,
      silent: watch.silent,
      silentSince: latest?.line.at ?? anchor,
      issues: await listIssues(unit.tx, upgrade.id),
    };
    await enqueue(unit, [
      {
        teamId: upgrade.teamId,
        upgradeId: upgrade.id,
        kind: row.kind,
        slot: String(beat.slot),
        target: upgrade.plan.channels.room,
        message: heartbeatMessage(unit.context, upgrade, news, unit.now),
        payload: { line: line?.id } satisfies Shows,
        plannedFor: beat.dueAt,
      },
    ]);
    await recordShortcomings(unit, upgrade, news);
    await planBeat(unit, upgrade, beat.next.slot, watch);
    return 'done';
  },
});

async function recordShortcomings(
  unit: Unit,
  { id, teamId }: Upgrade,
  { beat, silent, silentSince }: News,
): Promise<void> {
  const { missed, dueAt } = beat;
  if (missed) {
    await append(unit, watchbell(teamId), id, 'heartbeat.missed', {
      count: missed.count,
      first: missed.first.toISOString(),
      last: missed.last.toISOString(),
    });
  }
  if (silent > 0) {
    await append(unit, watchbell(teamId), id, 'heartbeat.silent', {
      dueAt: dueAt.toISOString(),
      inARow: silent,
      since: silentSince.toISOString(),
    });
  }
}
