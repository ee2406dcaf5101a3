import type { StaticSelect } from '@slack/types';
import { actions, button, option, plain } from '../slack/blocks.ts';
import type { Call } from '../slack/surface.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { STATE_NAMES, STATES, type State } from '../upgrade/lifecycle.ts';
import { titleOf } from '../upgrade/offers.ts';
import { listUpgrades, type Upgrade } from '../upgrade/store.ts';

const OVER: readonly State[] = ['completed', 'rolled_back', 'closed', 'cancelled'];
export const NOT_OVER: readonly State[] = STATES.filter((state) => !OVER.includes(state));
const MOST_OPEN = 15;
const MOST_RECENT = 5;

/** Lists the open upgrades, those of this channel first, then the latest that are over. */
export async function listPlans(call: Call): Promise<void> {
  const { context, actor, channelId } = call;
  await admitViewer(context, actor);
  const all = await listUpgrades(context.db, actor.teamId);
  const open = all.filter(({ state }) => NOT_OVER.includes(state));
  const isHere = ({ plan }: Upgrade) => plan.channels.room === channelId;
  const groups = [
    { title: 'Here', upgrades: open.filter(isHere).slice(0, MOST_OPEN) },
    { title: 'Elsewhere', upgrades: open.filter((each) => !isHere(each)).slice(0, MOST_OPEN) },
    {
      title: 'Over',
      upgrades: all.filter(({ state }) => OVER.includes(state)).slice(0, MOST_RECENT),
    },
  ].filter(({ upgrades }) => upgrades.length > 0);
  const shown = groups.flatMap(({ upgrades }) => upgrades);
  const message = context.templates.render('upgrade-list', {
    count: shown.length,
    groups: groups.map(({ title, upgrades }) => ({ title, upgrades: upgrades.map(lineData) })),
  });
  const choose = shown.length > 0 ? [whichToShow(shown)] : [];
  const planning = button({ text: 'Plan an upgrade', actionId: 'planning.new' });
  await call.reply({ ...message, blocks: [...message.blocks, actions([...choose, planning])] });
}

const lineData = (upgrade: Upgrade) => ({
  title: titleOf(upgrade),
  state: STATE_NAMES[upgrade.state],
  start: upgrade.startsAt,
  end: upgrade.endsAt,
  zone: upgrade.plan.window.timezone,
  lead: upgrade.plan.people.lead,
  room: upgrade.plan.channels.room,
});

const whichToShow = (upgrades: Upgrade[]): StaticSelect => ({
  type: 'static_select',
  action_id: 'planning.show',
  placeholder: plain('Show one…'),
  options: upgrades.map((upgrade) => option(titleOf(upgrade), String(upgrade.id))),
});
