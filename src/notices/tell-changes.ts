import type { Unit } from '../context.ts';
import { cancelDeliveries, listTold } from '../outbox/index.ts';
import { type Follower, follow } from '../record/index.ts';
import { cancelRows } from '../timetable/index.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { sendTo } from './address.ts';
import { cancelled, moved } from './messages.ts';
import { planNotices } from './plan-notices.ts';
import { ROLE_KIND, tellRoles } from './tell-roles.ts';
import { endStartWatch, planStartWatch } from './watch-start.ts';

const MOVED = 'notice.moved';

/** What becomes of the notices when a window is scheduled, moved or cancelled, and who hears of it. */
export const changeFollowers: Follower[] = [
  follow('upgrade.scheduled', async (unit, { actor, upgradeId }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    await tellRoles(unit, upgrade, actor);
    await planNotices(unit, upgrade);
    await planStartWatch(unit, upgrade);
  }),

  follow('upgrade.rescheduled', async (unit, { actor, upgradeId, data: { from, why } }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    await takeBack(unit, upgradeId, 'the window was moved');
    const move = { from: new Date(from), why };
    const { told, roles } = await whoKnows(unit, upgrade);
    const delivery = { kind: MOVED, slot: String(upgrade.revision) };
    await sendTo(unit, upgrade, told, { ...delivery, message: moved(unit.context, upgrade, move) });
    const message = moved(unit.context, upgrade, { ...move, forRole: true });
    await sendTo(unit, upgrade, roles, { ...delivery, message });
    await planNotices(unit, upgrade, { from: move.from.toISOString(), why });
    await planStartWatch(unit, upgrade);
  }),

  follow('upgrade.cancelled', async (unit, { actor, upgradeId, data: { why } }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    await takeBack(unit, upgradeId, 'the upgrade was cancelled');
    if (upgrade.revision === 0) return;
    await cancelDeliveries(unit, upgradeId, [ROLE_KIND], 'the upgrade was cancelled');
    const { told, roles } = await whoKnows(unit, upgrade);
    await sendTo(unit, upgrade, [...told, ...roles], {
      kind: 'notice.cancelled',
      slot: String(upgrade.revision),
      message: cancelled(unit.context, upgrade, why),
    });
  }),
];

/** What is planned or waits to be sent is not true any more. */
async function takeBack(unit: Unit, upgradeId: number, reason: string): Promise<void> {
  await cancelRows(unit, upgradeId, ['notice'], reason);
  await cancelDeliveries(unit, upgradeId, ['notice', MOVED], reason);
  await endStartWatch(unit, upgradeId, reason);
}

/**
 * The room, which shows the time from the moment of scheduling, and everybody who was told; and who has a role and hears of
 * the window for that alone. Nobody else knows of it.
 */
async function whoKnows(unit: Unit, { id, plan }: Upgrade): Promise<{ told: string[]; roles: string[] }> {
  const told = [plan.channels.room, ...(await listTold(unit.tx, id, ['notice']))];
  const roles = await listTold(unit.tx, id, [ROLE_KIND]);
  return { told, roles: roles.filter((person) => !told.includes(person)) };
}
