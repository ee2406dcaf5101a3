import type { ActionCall, Call } from '../slack/surface.ts';
import type { Preview } from '../slice.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { getMeant } from '../upgrade/choose-upgrade.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { warnOfSilence } from '../upgrade/warn-of-silence.ts';
import { gatheringModal, pagesOf, previewModal } from './preview-pages.ts';

/** Shows every message of an upgrade with its time, addressees and text; what will not be sent, with the reason. */
export async function openPreview(call: ActionCall, previews: Preview[]): Promise<void> {
  await admitViewer(call.context, call.actor);
  const upgrade = await getMeant(call);
  const slack = call.context.slack.of(call.actor.teamId);
  const viewId = await slack.openView(call.triggerId, gatheringModal(keyOf(upgrade)));
  await slack.updateView(viewId, await drawPage(call, upgrade, 0, previews));
}

/** Another page in the same modal. */
export async function turnPreview(call: ActionCall, previews: Preview[]): Promise<void> {
  await admitViewer(call.context, call.actor);
  const [id = '', page = '0'] = call.value.split(':');
  const upgrade = await getMeant({ ...call, value: id });
  const view = await drawPage(call, upgrade, Number(page) || 0, previews);
  if (call.view) await call.context.slack.of(call.actor.teamId).updateView(call.view.id, view);
}

async function drawPage({ context }: Call, upgrade: Upgrade, page: number, previews: Preview[]) {
  const items = await Promise.all(previews.map((preview) => preview(context, upgrade)));
  const pages = pagesOf(items.flat(), upgrade.plan);
  const warnings = upgrade.state === 'draft' ? warnOfSilence(upgrade, context.clock.now()) : [];
  return previewModal({ key: keyOf(upgrade), upgradeId: upgrade.id, page, warnings }, pages);
}
