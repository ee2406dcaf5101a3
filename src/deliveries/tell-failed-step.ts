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
    follows: FOLLOWS[data.kind] ?? null,
  });
  await enqueue(unit, [
    {
      teamId: upgrade.teamId,
      upgradeId,
      kind: STEP_FAILED,
      slot: `${data.kind} ${data.slot} ${unit.now.toISOString()}`,
      target: upgrade.plan.people.lead,
      message,
    },
  ]);
});

/** What comes of it, where more than a message is missing. */
const FOLLOWS: Record<string, string> = {
  heartbeat: 'The next heartbeat is tried at its time.',
  'decision.deadline':
    'The deputy was not called in to the rollback decision and may not answer, nor will the plan decide on silence: reach the sponsor yourself.',
  'decision.final':
    "The plan's word on silence was not taken: the rollback decision stays open until sponsor or deputy answer.",
  'rollback.point-of-no-return':
    'No rollback decision was opened: ask for one with /upgrade rollback if you doubt.',
};
