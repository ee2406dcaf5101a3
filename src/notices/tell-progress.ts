import type { Actor, Unit } from '../context.ts';
import { type Follower, follow, getRecord } from '../record/index.ts';
import { getUpgrade } from '../upgrade/store.ts';
import { everybody, sendTo, tellAll } from './address.ts';
import { completed, keepGoingDecided, rollBackDecided, rolledBack } from './messages.ts';
import { tellStart } from './tell-start.ts';
import { endStartWatch } from './watch-start.ts';

/** Start, end and decisions of the window, told to everybody who counts on it. */
export const progressFollowers: Follower[] = [
  follow('upgrade.started', async (unit, { actor, upgradeId }) => {
    await endStartWatch(unit, upgradeId, 'the work has begun');
    await tellStart(unit, await getUpgrade(unit.tx, actor.teamId, upgradeId));
  }),

  follow('upgrade.completed', async (unit, { actor, upgradeId, data }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    await tellAll(unit, upgrade, 'notice.completed', completed(unit.context, upgrade, data));
  }),

  follow('upgrade.rolled_back', async (unit, { actor, upgradeId }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    await tellAll(unit, upgrade, 'notice.rolled_back', rolledBack(unit.context, upgrade));
  }),

  follow('rollback.decided', async (unit, { actor, upgradeId, data: { number, choice, dueAt } }) => {
    const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
    const reason = await findReason(unit, actor, upgradeId, number);
    const decided = { by: actor.userId, reason, at: unit.now };
    const plannedFor = dueAt === undefined ? undefined : new Date(dueAt);
    const delivery = { kind: 'notice.decided', slot: String(number), plannedFor };
    if (choice === 'roll_back') {
      const message = rollBackDecided(unit.context, upgrade, decided);
      await sendTo(unit, upgrade, await everybody(unit, upgrade), { ...delivery, message });
    } else {
      const message = keepGoingDecided(unit.context, upgrade, decided);
      await sendTo(unit, upgrade, [upgrade.plan.channels.room], { ...delivery, message });
    }
  }),
];

/** Why this decision was asked for, as it stands on the record. */
async function findReason(
  unit: Unit,
  actor: Actor,
  upgradeId: number,
  number: number,
): Promise<string | undefined> {
  for (const entry of await getRecord(unit.tx, actor.teamId, upgradeId)) {
    if (entry.fact === 'rollback.asked' && entry.data.number === number) return entry.data.reason;
  }
  return undefined;
}
