import { enqueue } from '../outbox/index.ts';
import { follow } from '../record/index.ts';
import { sayKind } from '../upgrade/explain-refusal.ts';
import { getUpgrade, keyOf } from '../upgrade/store.ts';
import { STEP_FAILED } from '../upgrade/tell-lead.ts';

/** A row of the timetable that was given up would otherwise be silence: the lead hears of it at once. */
export const tellFailedStep = follow('timetable.failed', async (unit, { actor, upgradeId, data }) => {
  const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
  const message = unit.context.templates.render('step-failed', {
    key: keyOf(upgrade),
    title: upgrade.plan.upgrade,
    zone: upgrade.plan.window.timezone,
    kind: sayKind(data.kind),
    due: new Date(data.dueAt),
    reason: data.reason,
  });
  await enqueue(unit, [
    {
      teamId: upgrade.teamId,
      upgradeId,
      kind: STEP_FAILED,
      slot: `${data.kind} ${data.slot}`,
      target: upgrade.plan.people.lead,
      message,
    },
  ]);
});
