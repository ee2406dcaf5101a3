import { realMilliseconds } from '../clock.ts';
import type { Call } from '../slack/surface.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { PATIENCE } from '../upgrade/directory.ts';
import { perform } from '../upgrade/perform.ts';

/**
 * Refuses whoever may not save this plan, before Slack is asked about the people it names: an outsider would learn who they
 * are from what is wrong with it. Returns how long Slack's limits may still be waited out, in milliseconds.
 */
export async function admitPlanner({ context, actor }: Call, upgradeId: number | undefined): Promise<number> {
  const until = realMilliseconds() + PATIENCE.form;
  if (upgradeId === undefined) await admitViewer(context, actor);
  else await perform(context, { actor, upgradeId, verb: 'plan' }, async () => {});
  return until - realMilliseconds();
}
