import { subMinutes } from 'date-fns';
import type { Unit } from '../context.ts';
import { type Follower, follow, followAll } from '../record/index.ts';
import { cancelRows, planRows } from '../timetable/index.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { heartbeatSlot } from '../upgrade/window.ts';
import { askLead } from './rules.ts';
import { FRESH, type Watch } from './schemas.ts';

/** Heartbeats count from the actual start and end with the work; the planned end is asked about once. */
export const workFollowers: Follower[] = [
  follow('upgrade.started', async (unit, { actor, upgradeId }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    const { id, teamId, endsAt } = upgrade;
    await planBeat(unit, upgrade, 1, FRESH);
    await planRows(unit, [{ teamId, upgradeId: id, kind: 'window.end', slot: '1', dueAt: endsAt }]);
  }),

  ...followAll(['upgrade.completed', 'upgrade.rolled_back'], async (unit, { upgradeId }) => {
    await cancelRows(unit, upgradeId, ['heartbeat', 'heartbeat.ask', 'window.end'], 'the work has ended');
    unit.afterCommit(() => unit.context.jobs.stopBell(bellOf(upgradeId)));
  }),
];

/**
 * Plans the heartbeat of this slot and the question ahead of it. The bell that rings for them is hung anew each time, so
 * that it is back with the next heartbeat after the queue has lost it.
 */
export async function planBeat(unit: Unit, upgrade: Upgrade, slot: number, watch: Watch): Promise<void> {
  const { id, teamId, plan } = upgrade;
  const anchor = anchorOf(upgrade);
  const interval = plan.communication.heartbeat;
  const dueAt = heartbeatSlot(anchor, interval, slot);
  const row = { teamId, upgradeId: id, slot: String(slot), payload: watch };
  await planRows(unit, [
    { ...row, kind: 'heartbeat.ask', dueAt: subMinutes(dueAt, askLead(interval)) },
    { ...row, kind: 'heartbeat', dueAt },
  ]);
  unit.afterCommit(() => unit.context.jobs.startBell('timetable', bellOf(id), anchor, interval * 60_000));
}

/** The actual start, from which heartbeats count. */
export function anchorOf({ id, startedAt }: Upgrade): Date {
  if (!startedAt) throw new Error(`upgrade ${id} has not started, so it has no heartbeats`);
  return startedAt;
}

const bellOf = (upgradeId: number): string => `bell-${upgradeId}`;
