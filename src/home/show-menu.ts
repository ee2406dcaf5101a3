import type { Button, KnownBlock } from '@slack/types';
import { actions, button, markedSection } from '../slack/blocks.ts';
import { escapeText } from '../slack/inline.ts';
import type { CommandCall } from '../slack/surface.ts';
import type { Waiting } from '../slice.ts';
import { mayAct } from '../upgrade/authority.ts';
import { findMember } from '../upgrade/find-member.ts';
import type { State } from '../upgrade/lifecycle.ts';
import { listUpgrades } from '../upgrade/store.ts';
import { drawUpgrades, type Viewer } from './upgrade-entry.ts';
import { drawWaiting, gatherWaiting } from './waiting.ts';

/** States in which somebody may still have something to do. */
export const OPEN_STATES: readonly State[] = [
  'draft',
  'scheduled',
  'in_progress',
  'verifying',
  'rolling_back',
  'completed',
  'rolled_back',
];

/** Upgrades shown at once, per place; the rest is in the list. */
const MOST = 5;
const MOST_WAITING = 5;

/** Answers `/upgrade` alone: what this person can do now, here first; nothing that would be refused. */
export async function showMenu(call: CommandCall, waiting: Waiting[]): Promise<void> {
  const { context, actor, channelId } = call;
  const viewer: Viewer = { userId: actor.userId, member: await findMember(context, actor) };
  const mayLook = isFullMember(viewer);
  const list = (filter: { room?: string; userId?: string; limit?: number }) =>
    mayLook ? listUpgrades(context.db, actor.teamId, { ...filter, states: OPEN_STATES }) : [];
  const room = channelId ? await list({ room: channelId, limit: MOST }) : [];
  const theirs = await list({ userId: actor.userId });
  const elsewhere = theirs.filter(({ id }) => room.every((each) => each.id !== id)).slice(0, MOST);
  const items = (await gatherWaiting(context, actor, viewer.member, waiting)).slice(0, MOST_WAITING);
  const here = await drawUpgrades(context, room, viewer);
  const other = await drawUpgrades(context, elsewhere, viewer);
  const opening = context.templates.render('menu', {
    here: room.length,
    elsewhere: elsewhere.length,
    guest: !mayLook,
  });
  const waitingText = items.map(({ text }) => escapeText(`Waits for you: ${text}`));
  await call.reply({
    text: [...waitingText, opening.text, ...here.texts, ...other.texts, 'Type /upgrade help for more.'].join(
      '\n',
    ),
    blocks: [
      ...(items.length > 0 ? [markedSection('*Waits for you*'), ...items.map(drawWaiting)] : []),
      ...opening.blocks,
      ...here.blocks,
      ...(room.length > 0 && elsewhere.length > 0 ? [markedSection('*Yours elsewhere*')] : []),
      ...other.blocks,
      ...planningRow(viewer),
    ],
  });
}

/** What belongs to no upgrade yet. */
export function planningRow(viewer: Viewer): KnownBlock[] {
  const planning: Button[] = isFullMember(viewer)
    ? [
        button({ text: 'Plan an upgrade', actionId: 'planning.new' }),
        button({ text: 'Import a plan', actionId: 'planning.import' }),
        button({ text: 'List upgrades', actionId: 'planning.list' }),
      ]
    : [];
  return planning.length > 0 ? [{ type: 'divider' }, actions(planning)] : [];
}

/** Who may look at upgrades may plan one; guests and people of other organisations see only what is sent to them. */
export const isFullMember = ({ member }: Viewer): boolean =>
  mayAct({ verb: 'view', roles: ['none'], member }).allowed;
