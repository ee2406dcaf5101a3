import type { KnownBlock } from '@slack/types';
import * as z from 'zod';
import { type Context, type Unit, watchbell } from '../context.ts';
import { type Delivery, listDeliveries, listTold, touch } from '../outbox/index.ts';
import { append, follow } from '../record/index.ts';
import { actions, button } from '../slack/blocks.ts';
import { shorten } from '../slack/inline.ts';
import type { Message } from '../slack/message.ts';
import { escapeMarkdown } from '../templates/markdown.ts';
import { handler, LATE_POLICY } from '../timetable/index.ts';
import { titleOf } from '../upgrade/offers.ts';
import { getUpgrade, keyOf, lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { INVITATION, showInvitations } from './invite-people.ts';
import { deriveResults, type Results, SATISFACTION } from './rules.ts';
import { closeSurvey, countInvited, findSurvey, listAnswers, type Survey } from './store.ts';

/** The kind of the live message with the results. */
export const RESULTS = 'survey.results';
const SLOT = 'survey';

/** A week after the last invitation: no more answers, no button that asks for one, and the room sees the results. */
export const publishResults = handler({
  kind: 'survey.close',
  async decide(unit, row) {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    const survey = await findSurvey(unit.tx, row.teamId, row.upgradeId);
    if (!survey || survey.closedAt) return { skipped: LATE_POLICY['survey.close'].leftOut.closed };
    await closeSurvey(unit, survey);
    const { invited, answered } = await readResults(unit.tx, survey);
    const counts = { people: invited, answers: answered };
    await append(unit, watchbell(row.teamId), upgrade.id, 'survey.closed', counts);
    await refreshResults(unit, upgrade, { chart: true }, row.dueAt);
    await showInvitations(unit, upgrade, await listTold(unit.tx, upgrade.id, [INVITATION]));
    return 'done';
  },
});

/** Slack may not know the chart, which is new: then the figures are posted with bars of text. */
export const withoutChart = follow('message.failed', async (unit, { actor, upgradeId, data }) => {
  if (data.kind !== RESULTS) return;
  const deliveries = await listDeliveries(unit.tx, actor.teamId, upgradeId);
  const delivery = deliveries.find(({ id }) => id === data.delivery);
  if (!delivery || !Payload.parse(delivery.payload).chart) return;
  const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
  await refreshResults(unit, upgrade, { chart: false }, delivery.plannedFor);
});

const Payload = z.object({ chart: z.boolean() });

/** Without `payload`, as it was drawn before. `plannedFor`: when the room should first have seen them. */
export async function refreshResults(
  unit: Unit,
  of: Upgrade,
  payload?: z.infer<typeof Payload>,
  plannedFor?: Date,
): Promise<void> {
  const target = of.plan.channels.room;
  const live = { teamId: of.teamId, upgradeId: of.id, kind: RESULTS, slot: SLOT, target };
  await touch(unit, { ...live, payload, plannedFor });
}

export async function renderResults(context: Context, delivery: Delivery): Promise<Message | undefined> {
  const survey = await findSurvey(context.db, delivery.teamId, delivery.upgradeId);
  if (!survey) return undefined;
  const upgrade = await getUpgrade(context.db, delivery.teamId, delivery.upgradeId);
  const { chart } = Payload.parse(delivery.payload);
  return drawResults(context, upgrade, await readResults(context.db, survey), chart);
}

export const readResults = async (db: Context['db'] | Unit['tx'], survey: Survey): Promise<Results> =>
  deriveResults(await countInvited(db, survey.id), await listAnswers(db, survey.id));

const SHOWN_COMMENTS = 25;
const SHOWN_CHARACTERS = 300;

export function drawResults(
  { templates }: Pick<Context, 'templates'>,
  upgrade: Upgrade,
  results: Results,
  chart: boolean,
): Message {
  const shown = shownComments(results);
  const message = templates.render('survey-results', {
    key: keyOf(upgrade),
    title: upgrade.plan.upgrade,
    ...results,
    average: results.average ?? null,
    distribution: results.distribution ? sayDistribution(results.distribution) : null,
    bars: !chart,
    ...shown,
  });
  const blocks =
    chart && results.distribution ? withChart(message.blocks, results.distribution) : message.blocks;
  const all = button({
    text: 'All comments as a file',
    actionId: 'survey.comments',
    value: String(upgrade.id),
  });
  return { ...message, blocks: shown.hidden ? [...blocks, actions([all])] : blocks };
}

/** Best first; each with its share and, for where no chart is, a bar. */
function sayDistribution(distribution: number[]) {
  const total = Math.max(
    1,
    distribution.reduce((sum, people) => sum + people, 0),
  );
  return distribution
    .map((people, index) => ({
      score: index + 1,
      words: SATISFACTION[index],
      people,
      share: Math.round((people / total) * 100),
      bar: '█'.repeat(Math.round((people / total) * 20)),
    }))
    .reverse();
}

/** Every kind gets an equal part of the room there is; `hidden` says that something did not fit. */
function shownComments({ comments }: Results) {
  const most = Math.floor(SHOWN_COMMENTS / Math.max(1, comments.length));
  const hidden = comments.some(
    ({ comments: all }) => all.length > most || all.some(({ text }) => text.length > SHOWN_CHARACTERS),
  );
  const groups = comments.map(({ kind, comments: all }) => ({
    kind,
    count: all.length,
    comments: all.slice(0, most).map((one) => ({ ...one, text: shorten(one.text, SHOWN_CHARACTERS) })),
  }));
  return { comments: groups, hidden };
}

/** Every comment, whole, as Markdown in which it stays text; named by nothing but what the results show. */
export function writeComments(upgrade: Upgrade, { comments }: Results): string {
  const sections = comments.map(
    ({ kind, comments: all }) => `## ${kind}\n\n${all.map(({ text }) => `- ${linesOf(text)}`).join('\n')}\n`,
  );
  return [`# ${escapeMarkdown(titleOf(upgrade))}: comments\n`, ...sections].join('\n');
}

/** Below each other in one entry of a list. */
const linesOf = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map((line) => escapeMarkdown(line.trim()))
    .join('\n  ');

/** Between the figures and the comments. The shape is Slack's; its types do not have the block yet. */
function withChart(blocks: KnownBlock[], distribution: number[]): KnownBlock[] {
  const labels = distribution.map((_, index) => String(index + 1));
  const [worst, best] = [SATISFACTION.at(0), SATISFACTION.at(-1)];
  const chart = {
    type: 'data_visualization',
    title: 'How satisfied people are',
    chart: {
      type: 'bar',
      series: [
        { name: 'Answers', data: labels.map((label, index) => ({ label, value: distribution[index] ?? 0 })) },
      ],
      axis_config: { categories: labels, x_label: `1 ${worst} to 5 ${best}`, y_label: 'Answers' },
    },
  } as unknown as KnownBlock;
  const divider = blocks.findIndex(({ type }) => type === 'divider');
  const place = divider === -1 ? blocks.length : divider;
  return [...blocks.slice(0, place), chart, ...blocks.slice(place)];
}
