import { actions } from '../slack/blocks.ts';
import type { Call } from '../slack/surface.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { lookingButtons, offersFor } from '../upgrade/offers.ts';
import { isOpen, listIssues, type Upgrade } from '../upgrade/store.ts';
import { planData } from './plan-data.ts';

/** Shows a plan privately, with what this person can do about it. */
export async function showPlan(call: Call, upgrade: Upgrade): Promise<void> {
  const { context, actor } = call;
  const member = await admitViewer(context, actor);
  const openIssues = (await listIssues(context.db, upgrade.id)).filter(isOpen).length;
  const message = context.templates.render('plan', planData(upgrade));
  const buttons = [
    ...offersFor(upgrade, { userId: actor.userId, member }, openIssues),
    ...lookingButtons(upgrade, false),
  ];
  await call.reply({ ...message, blocks: [...message.blocks, actions(buttons)] });
}
