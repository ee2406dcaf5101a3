import { subMinutes } from 'date-fns';
import type { Context, Unit } from '../context.ts';
import { type Follower, follow, followAll } from '../record/index.ts';
import { cancelRows, listRows, type NewRow, planRows } from '../timetable/index.ts';
import { isRunning } from '../upgrade/lifecycle.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { heartbeatSlot } from '../upgrade/window.ts';
import { askLead, deriveBeat } from './rules.ts';
import { FRESH, Watch } from './schemas.ts';

/** Heartbeats count from the actual start and end with the work; the planned end is asked about once. */
export const workFollowers: Follower[] = [
  follow('upgrade.started', async (unit, { actor, upgradeId }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    const { id, teamId, endsAt } = upgrade;
    await planBeats(unit, [{ upgrade, slot: 1, watch: FRESH }]);
    await planRows(unit, [{ teamId, upgradeId: id, kind: 'window.end', slot: '1', dueAt: endsAt }]);
  }),

  ...followAll(['upgrade.completed', 'upgrade.rolled_back'], async (unit, { upgradeId }) => {
    await cancelRows(unit, upgradeId, ['heartbeat', 'heartbeat.ask', 'window.end'], 'the work has ended');
    unit.afterCommit(() => unit.context.jobs.stopBell(bellOf(upgradeId)));
  }),

  // One that was given up takes its successors along otherwise: each plans the next.
  follow('timetable.failed', async (unit, { actor, upgradeId, data }) => {
    if (data.kind !== 'heartbeat') return;
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    if (!isRunning(upgrade)) return;
    const given = (await listRows(unit.tx, upgrade.teamId, upgradeId)).find(
      ({ kind, slot }) => kind === data.kind && slot === data.slot,
    );
    const watch = Watch.safeParse(given?.payload).data ?? FRESH;
    const slot = Number(data.slot);
    const { next } = deriveBeat(anchorOf(upgrade), upgrade.plan.communication.heartbeat, slot, unit.now);
    await planRows(unit, rowsOf({ upgrade, slot: next.slot, watch: { gapFrom: slot, ...watch } }));
  }),
];

interface NextBeat {
  upgrade: Upgrade;
  slot: number;
  watch: Watch;
  /** What asked for it, where that is not what is under way. */
  trace?: string | undefined;
}

/**
 * Plans these heartbeats and the question ahead of each. The bell that rings for them is hung anew each time, so that it is
 * back with the next heartbeat after the queue has lost it.
 */
export async function planBeats(unit: Unit, beats: readonly NextBeat[]): Promise<void> {
  await planRows(unit, beats.flatMap(rowsOf));
  for (const { upgrade } of beats) unit.afterCommit(() => hangBell(unit.context, upgrade));
}

function rowsOf({ upgrade, slot, watch, trace }: NextBeat): NewRow[] {
  const { id, teamId, plan } = upgrade;
  const interval = plan.communication.heartbeat;
  const dueAt = heartbeatSlot(anchorOf(upgrade), interval, slot);
  const row = { teamId, upgradeId: id, slot: String(slot), payload: watch, trace };
  return [
    { ...row, kind: 'heartbeat.ask', dueAt: subMinutes(dueAt, askLead(interval)) },
    { ...row, kind: 'heartbeat', dueAt },
  ];
}

const hangBell = ({ jobs }: Context, upgrade: Upgrade): Promise<void> =>
  jobs.startBell(
    'timetable',
    bellOf(upgrade.id),
    anchorOf(upgrade),
    upgrade.plan.communication.heartbeat * 60_000,
  );

/** The actual start, from which heartbeats count. */
export function anchorOf({ id, startedAt }: Upgrade): Date {
  if (!startedAt) throw new Error(`upgrade ${id} has not started, so it has no heartbeats`);
  return startedAt;
}

const bellOf = (upgradeId: number): string => `bell-${upgradeId}`;
