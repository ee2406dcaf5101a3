import type { Unit } from '../context.ts';
import { cancelDeliveries, listTold } from '../outbox/index.ts';
import { type Follower, follow } from '../record/index.ts';
import { cancelRows } from '../timetable/index.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { sendTo } from './address.ts';
import { cancelled, moved } from './messages.ts';
import { planNotices } from './plan-notices.ts';

/** What becomes of the notices when a window is scheduled, moved or cancelled, and who hears of it. */
export const changeFollowers: Follower[] = [
  follow('upgrade.scheduled', async (unit, { actor, upgradeId }) => {
    await planNotices(unit, await getUpgrade(unit.tx, actor.teamId, upgradeId));
  }),

  follow('upgrade.rescheduled', async (unit, { actor, upgradeId, data: { from, why } }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    await takeBack(unit, upgradeId, 'the window was moved');
    await sendTo(unit, upgrade, await whoKnows(unit, upgrade), {
      kind: 'notice.moved',
      slot: String(upgrade.revision),
      message: moved(unit.context, upgrade, { from: new Date(from), why }),
    });
    await planNotices(unit, upgrade, { from: new Date(from).toISOString(), why });
  }),

  follow('upgrade.cancelled', async (unit, { actor, upgradeId, data: { why } }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    await takeBack(unit, upgradeId, 'the upgrade was cancelled');
    if (upgrade.revision === 0) return;
    await sendTo(unit, upgrade, await whoKnows(unit, upgrade), {
      kind: 'notice.cancelled',
      slot: String(upgrade.revision),
      message: cancelled(unit.context, upgrade, why),
    });
  }),
];

/** What is planned or waits to be sent is not true any more. */
async function takeBack(unit: Unit, upgradeId: number, reason: string): Promise<void> {
  await cancelRows(unit, upgradeId, ['notice'], reason);
  await cancelDeliveries(unit, upgradeId, ['notice'], reason);
}

/** The room, which shows the time from the moment of scheduling, and everybody who was told: nobody else knows of it. */
async function whoKnows(unit: Unit, { id, plan }: Upgrade): Promise<string[]> {
  return [plan.channels.room, ...(await listTold(unit.tx, id, ['notice']))];
}
