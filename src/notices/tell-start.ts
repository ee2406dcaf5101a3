import type { Unit } from '../context.ts';
import { handler, LATE_POLICY, type Outcome, planRows } from '../timetable/index.ts';
import { getUpgrade, lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { sendTo, tellAll } from './address.ts';
import { started } from './messages.ts';
import { findRecipients, type Recipients, recordAudience } from './recipients.ts';

const KIND = 'notice.started';
const SLOT = '1';

/**
 * The channels and whoever was told hear it at once; the people of the audience as soon as Slack has said who they are
 * now, since they may have been told nothing yet.
 */
export async function tellStart(unit: Unit, upgrade: Upgrade): Promise<void> {
  const { teamId, id: upgradeId } = upgrade;
  await tellAll(unit, upgrade, KIND, started(unit.context, upgrade, unit.now));
  await planRows(unit, [{ teamId, upgradeId, kind: KIND, slot: SLOT, dueAt: unit.now }]);
}

/** Whoever has heard it does not hear it again. */
export const tellAudience = handler<Recipients>({
  kind: KIND,
  async prepare(context, row) {
    return findRecipients(context, await getUpgrade(context.db, row.teamId, row.upgradeId));
  },
  async decide(unit, row, recipients): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    if (upgrade.endedAt) return { skipped: LATE_POLICY[KIND].leftOut.ended };
    await recordAudience(unit, row, recipients);
    await sendTo(unit, upgrade, recipients.people, {
      kind: KIND,
      slot: SLOT,
      message: started(unit.context, upgrade, unit.now),
      plannedFor: row.dueAt,
    });
    return 'done';
  },
});
