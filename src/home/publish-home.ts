import type { KnownBlock } from '@slack/types';
import type { Actor, Context } from '../context.ts';
import { markedSection, plain } from '../slack/blocks.ts';
import { LIMITS } from '../slack/limits.ts';
import type { Waiting } from '../slice.ts';
import { findMember } from '../upgrade/find-member.ts';
import { RUNNING, type State } from '../upgrade/lifecycle.ts';
import { listUpgrades } from '../upgrade/store.ts';
import { isFullMember, OPEN_STATES, planningRow } from './show-menu.ts';
import { drawUpgrades, type Viewer } from './upgrade-entry.ts';
import { drawWaiting, gatherWaiting } from './waiting.ts';

/** How many of each are shown: a Home holds 100 blocks, and nobody reads more. */
const MOST = { waiting: 10, mine: 12, running: 8 };

/** Draws a person's App Home as things stand: what waits for them, their upgrades, and what else is running. */
export async function publishHome(
  context: Context,
  actor: Actor & { userId: string },
  waiting: Waiting[],
): Promise<void> {
  const viewer: Viewer = { userId: actor.userId, member: await findMember(context, actor) };
  const items = await gatherWaiting(context, actor, viewer.member, waiting);
  const mayLook = isFullMember(viewer);
  const list = (filter: { userId?: string; states: readonly State[] }) =>
    mayLook ? listUpgrades(context.db, actor.teamId, filter) : [];
  const mine = await list({ userId: actor.userId, states: OPEN_STATES });
  const running = await list({ states: RUNNING });
  const others = running.filter(({ id }) => mine.every((each) => each.id !== id));
  const drawnMine = await drawUpgrades(context, mine.slice(0, MOST.mine), viewer);
  const drawnOthers = await drawUpgrades(context, others.slice(0, MOST.running), viewer);
  const blocks = [
    ...context.templates.render('home', {}).blocks,
    ...planningRow(viewer),
    ...headed(
      'What waits for you',
      items.slice(0, MOST.waiting).map(drawWaiting),
      'Nothing waits for you now.',
    ),
    ...(mayLook
      ? [
          ...headed('Your upgrades', drawnMine.blocks, 'You have no part in an open upgrade.'),
          ...headed('Also running now', drawnOthers.blocks, 'No other upgrade is running.'),
        ]
      : []),
  ];
  await context.slack
    .of(actor.teamId)
    .publishHome(actor.userId, { type: 'home', blocks: blocks.slice(0, LIMITS.blocksInView) });
}

const headed = (title: string, blocks: KnownBlock[], nothing: string): KnownBlock[] => [
  { type: 'header', text: plain(title) },
  ...(blocks.length > 0 ? blocks : [markedSection(nothing)]),
];
