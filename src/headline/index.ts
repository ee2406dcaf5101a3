import type { Context, Unit } from '../context.ts';
import { type Delivery, type LiveMessage, touch } from '../outbox/index.ts';
import { type Fact, followAll, followTogether } from '../record/index.ts';
import { actions } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import type { PreviewItem, Slice } from '../slice.ts';
import { cancelRows, handler, listRows, planRows } from '../timetable/index.ts';
import { currentTrace } from '../trace.ts';
import { DECISION_FACTS, findOpenDecision } from '../upgrade/find-open-decision.ts';
import { isRunning } from '../upgrade/lifecycle.ts';
import { lookingButtons, offersIn } from '../upgrade/offers.ts';
import { findLatestStatus, getUpgrade, isOpen, listIssues, type Upgrade } from '../upgrade/store.ts';
import { noticeTimes } from '../upgrade/window.ts';
import { headlineData, refreshTimes } from './rules.ts';

const KIND = 'headline';
const REFRESH = 'headline.refresh';

/** Facts that change what the headline says. */
const SHOWN: Fact[] = [
  'upgrade.cancelled',
  'upgrade.started',
  'upgrade.verifying',
  'upgrade.completed',
  'upgrade.rolled_back',
  'upgrade.closed',
  'status.reported',
  'issue.opened',
  'issue.resolved',
  ...DECISION_FACTS,
];

/** The pinned message in the room that says how an upgrade stands, edited in place as facts and time change it. */
export const headline: Slice = {
  followers: [
    ...followAll(['upgrade.scheduled', 'upgrade.rescheduled'], async (unit, { actor, upgradeId }) => {
      const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
      await touch(unit, headlineOf(upgrade));
      await planRefreshes(unit, upgrade);
    }),
    ...followAll(SHOWN, (unit, { actor, upgradeId }) => redraw(unit, actor.teamId, upgradeId)),
    // A heartbeat is told in the room, where the headline stands: nothing has to be read to have it drawn anew.
    followTogether('message.sent', async (unit, happenings) => {
      const beaten = happenings.filter(({ data }) => data.kind === 'heartbeat');
      const lives = beaten.map(({ actor, upgradeId, data, within }) => ({
        ...liveIn(data.target, { teamId: actor.teamId, upgradeId }),
        trace: within?.(currentTrace) ?? undefined,
      }));
      await touch(unit, [...new Map(lives.map((live) => [live.upgradeId, live])).values()]);
    }),
  ],
  handlers: [
    handler({
      kind: REFRESH,
      async decide(unit, row) {
        const upgrade = await getUpgrade(unit.tx, row.teamId, row.upgradeId);
        if (upgrade.state === 'scheduled' || isRunning(upgrade)) await touch(unit, headlineOf(upgrade));
        return 'done';
      },
    }),
  ],
  renderers: { [KIND]: drawHeadline },
  preview: previewHeadline,
};

/** Only what was scheduled once stands in the room. */
async function redraw(unit: Unit, teamId: string, upgradeId: number): Promise<void> {
  const upgrade = await getUpgrade(unit.tx, teamId, upgradeId);
  if (upgrade.revision > 0) await touch(unit, headlineOf(upgrade));
  if (upgrade.state !== 'scheduled' && !isRunning(upgrade)) {
    await cancelRows(unit, upgradeId, [REFRESH], 'the work has ended');
  }
}

const headlineOf = ({ id, teamId, plan }: Upgrade): LiveMessage =>
  liveIn(plan.channels.room, { teamId, upgradeId: id });

const liveIn = (room: string, of: Pick<LiveMessage, 'teamId' | 'upgradeId'>): LiveMessage => ({
  ...of,
  kind: KIND,
  slot: 'room',
  target: room,
  pin: true,
});

async function planRefreshes(unit: Unit, upgrade: Upgrade): Promise<void> {
  const { id, teamId } = upgrade;
  await cancelRows(unit, id, [REFRESH], 'the window was moved');
  await planRows(
    unit,
    refreshTimes(upgrade)
      .filter(({ at }) => at > unit.now)
      .map(({ slot, at }) => ({ teamId, upgradeId: id, kind: REFRESH, slot, dueAt: at })),
  );
}

/** A draft's headline, as it will be pinned; once it stands, nobody need imagine it. */
async function previewHeadline(context: Context, upgrade: Upgrade): Promise<PreviewItem[]> {
  if (upgrade.state !== 'draft') return [];
  const now = context.clock.now();
  const nextNotice = noticeTimes(upgrade.plan, upgrade.startsAt).find(({ at }) => at > now)?.at;
  const message = await draw(context, { ...upgrade, state: 'scheduled' }, nextNotice);
  return [
    {
      at: undefined,
      what: 'pinned when it is scheduled, then kept up to date',
      to: upgrade.plan.channels.room,
      message,
    },
  ];
}

async function drawHeadline(context: Context, { teamId, upgradeId }: Delivery): Promise<Message> {
  return draw(context, await getUpgrade(context.db, teamId, upgradeId));
}

async function draw({ db, clock, templates }: Context, upgrade: Upgrade, foreseen?: Date): Promise<Message> {
  const now = clock.now();
  const issues = await listIssues(db, upgrade.id);
  const rows = await listRows(db, upgrade.teamId, upgrade.id);
  const planned = (kind: string) => rows.filter((row) => row.kind === kind && row.state === 'planned');
  const status = await findLatestStatus(db, upgrade.id);
  const decision = await findOpenDecision(db, upgrade);
  const nextUpdate = planned('heartbeat')[0]?.dueAt;
  // The one that is due at this very moment is on its way.
  const nextNotice = planned('notice').find(({ dueAt }) => dueAt > now)?.dueAt ?? foreseen;
  const facts = { upgrade, issues, status, nextUpdate, nextNotice, decision };
  const message = templates.render('headline', headlineData(facts, now));
  const situation = { now, openIssues: issues.filter(isOpen).length, decision };
  const buttons = [...offersIn(upgrade, situation), ...lookingButtons(upgrade)];
  return { ...message, blocks: [...message.blocks, actions(buttons)] };
}
