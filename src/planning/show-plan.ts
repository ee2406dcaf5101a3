import { actions } from '../slack/blocks.ts';
import type { Call } from '../slack/surface.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { lookingButtons, offersFor } from '../upgrade/offers.ts';
import { readSituation } from '../upgrade/situation.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { planData } from './plan-data.ts';

/** Shows a plan privately, with what this person can do about it. */
export async function showPlan(call: Call, upgrade: Upgrade): Promise<void> {
  const { context, actor } = call;
  const member = await admitViewer(context, actor);
  const message = context.templates.render('plan', planData(upgrade));
  const buttons = [
    ...offersFor(upgrade, { userId: actor.userId, member }, await readSituation(context, upgrade)),
    ...lookingButtons(upgrade, false),
  ];
  await call.reply({ ...message, blocks: [...message.blocks, actions(buttons)] });
}
