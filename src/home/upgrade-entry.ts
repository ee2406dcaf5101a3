import type { KnownBlock } from '@slack/types';
import type { Context } from '../context.ts';
import { actions } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import { type Member, ROLE_NAMES, rolesOf } from '../upgrade/authority.ts';
import { STATE_NAMES } from '../upgrade/lifecycle.ts';
import { lookingButtons, offersFor, titleOf } from '../upgrade/offers.ts';
import { readSituation } from '../upgrade/situation.ts';
import type { Upgrade } from '../upgrade/store.ts';

const DIVIDER: KnownBlock = { type: 'divider' };

export interface Viewer {
  userId: string;
  member: Member;
}

/** One upgrade as this person sees it: state, window in their own time, their part in it, what they can do now. */
export async function drawUpgrade(context: Context, upgrade: Upgrade, viewer: Viewer): Promise<Message> {
  const line = context.templates.render('upgrade-line', {
    title: titleOf(upgrade),
    state: STATE_NAMES[upgrade.state],
    start: upgrade.startsAt,
    end: upgrade.endsAt,
    zone: upgrade.plan.window.timezone,
    room: upgrade.plan.channels.room,
    roles: rolesInWords(upgrade, viewer.userId),
    planned: upgrade.createdBy === viewer.userId,
  });
  const situation = await readSituation(context, upgrade);
  const buttons = [...offersFor(upgrade, viewer, situation), ...lookingButtons(upgrade)];
  return { text: line.text, blocks: [...line.blocks, actions(buttons)] };
}

function rolesInWords(upgrade: Upgrade, userId: string): string | null {
  const roles = rolesOf(upgrade.plan, userId).filter((role) => role !== 'none');
  return roles.length > 0 ? roles.map((role) => ROLE_NAMES[role]).join(', ') : null;
}

/** One after another, with a line between them. */
export async function drawUpgrades(
  context: Context,
  upgrades: Upgrade[],
  viewer: Viewer,
): Promise<{ texts: string[]; blocks: KnownBlock[] }> {
  const drawn = await Promise.all(upgrades.map((upgrade) => drawUpgrade(context, upgrade, viewer)));
  return {
    texts: drawn.map(({ text }) => text),
    blocks: drawn.flatMap(({ blocks }, index) => (index === 0 ? blocks : [DIVIDER, ...blocks])),
  };
}
