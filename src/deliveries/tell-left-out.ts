import { enqueue } from '../outbox/index.ts';
import { follow } from '../record/index.ts';
import { isPerson } from '../slack/target.ts';
import { getUpgrade, keyOf } from '../upgrade/store.ts';
import { LEFT_OUT } from '../upgrade/tell-lead.ts';

/**
 * Whom the plan names and nobody can tell: the lead hears it once, and again where it is somebody else. Who leaves a group goes
 * without a word.
 */
export const tellLeftOut = follow('audience.resolved', async (unit, { actor, upgradeId, data }) => {
  // By then the work is over: who is not asked what they think of it is no alarm.
  if (data.leftOut.length === 0 || data.kind === 'survey.open') return;
  const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
  const { users, groups } = upgrade.plan.audience;
  const named = new Set([...users, ...groups]);
  const leftOut = data.leftOut
    .filter(({ target }) => named.has(target))
    .toSorted((a, b) => (a.target < b.target ? -1 : 1));
  if (leftOut.length === 0) return;
  const message = unit.context.templates.render('audience-left-out', {
    key: keyOf(upgrade),
    title: upgrade.plan.upgrade,
    left_out: leftOut.slice(0, MOST).map(({ target, why }) => ({
      person: isPerson(target) ? target : null,
      group: isPerson(target) ? null : target,
      why,
    })),
    more: Math.max(0, leftOut.length - MOST),
  });
  const slot = leftOut.map(({ target }) => target).join(' ');
  await enqueue(unit, [
    {
      teamId: upgrade.teamId,
      upgradeId,
      kind: LEFT_OUT,
      slot: slot.slice(0, LONGEST_SLOT),
      target: upgrade.plan.people.lead,
      message,
    },
  ]);
});

const MOST = 20;
/** A key can be so long. */
const LONGEST_SLOT = 1_000;
