import type { Unit } from '../context.ts';
import { cancelDeliveries, listTold, type Renderer } from '../outbox/index.ts';
import { type Follower, follow } from '../record/index.ts';
import { cancelRows, LATE_POLICY } from '../timetable/index.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { sendTo } from './address.ts';
import { cancelled, moved } from './messages.ts';
import { planNotices } from './plan-notices.ts';
import { notIn } from './rules.ts';
import { ToldMove } from './schemas.ts';
import { ROLE_KIND, tellRoles } from './tell-roles.ts';
import { endStartWatch, planStartWatch } from './watch-start.ts';

export const MOVED = 'notice.moved';

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
    const { told, roles } = await whoKnows(unit, upgrade);
    const tell = (targets: string[], payload: ToldMove) =>
      sendTo(unit, upgrade, targets, { kind: MOVED, slot: String(upgrade.revision), payload });
    await tell(told, { from, why, role: false });
    await tell(roles, { from, why, role: true });
    await planNotices(unit, upgrade, { from, why });
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

/** Drawn when it is sent: one that was given up and is tried again may speak of a time that holds no longer. */
export const renderMoved: Renderer = async (context, { teamId, upgradeId, slot, payload }) => {
  const upgrade = await getUpgrade(context.db, teamId, upgradeId);
  if (upgrade.endedAt) return { withdrawn: notIn(upgrade) };
  if (slot !== String(upgrade.revision)) return { withdrawn: LATE_POLICY[MOVED].leftOut.again };
  const { from, why, role } = ToldMove.parse(payload);
  return moved(context, upgrade, { from, why, forRole: role });
};

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
