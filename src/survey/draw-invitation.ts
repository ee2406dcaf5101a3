import type { Context } from '../context.ts';
import type { Renderer } from '../outbox/index.ts';
import { actions, button } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import { LATE_POLICY } from '../timetable/index.ts';
import { getUpgrade, keyOf, type Upgrade } from '../upgrade/store.ts';
import { findAnswer, findSurvey, type Survey } from './store.ts';

type Drawing = Pick<Context, 'templates'>;

/** What this person sees in their direct messages: the question, or thanks. */
export const renderInvitation: Renderer = async (context, { teamId, upgradeId, target, ts }) => {
  const survey = await findSurvey(context.db, teamId, upgradeId);
  if (!survey) return undefined;
  if (survey.closedAt && !ts) return { withdrawn: LATE_POLICY.survey.leftOut.closed };
  const upgrade = await getUpgrade(context.db, teamId, upgradeId);
  const answer = await findAnswer(context.db, survey.id, target);
  return drawInvitation(context, upgrade, survey, answer !== undefined);
};

export function drawInvitation(
  { templates }: Drawing,
  upgrade: Upgrade,
  survey: Pick<Survey, 'closesAt' | 'closedAt'>,
  answered: boolean,
): Message {
  const message = templates.render('survey-invitation', {
    ...factsOf(upgrade, survey),
    closed: survey.closedAt !== null,
    answered,
  });
  const buttons = buttonsFor(upgrade, survey, answered);
  if (buttons.length === 0) return message;
  return { ...message, blocks: [...message.blocks, actions(buttons)] };
}

export function drawNudge({ templates }: Drawing, upgrade: Upgrade, survey: Survey): Message {
  const message = templates.render('survey-nudge', factsOf(upgrade, survey));
  return { ...message, blocks: [...message.blocks, actions(buttonsFor(upgrade, survey, false))] };
}

/** What an invited person can do about their answer now. */
export function buttonsFor(upgrade: Upgrade, survey: Pick<Survey, 'closedAt'>, answered: boolean) {
  const value = String(upgrade.id);
  const text = answered ? 'Change my answer' : 'Give feedback';
  const style = answered ? undefined : ('primary' as const);
  return [
    ...(survey.closedAt ? [] : [button({ text, actionId: 'survey.answer', value, style })]),
    ...(answered ? [deleteButton(value)] : []),
  ];
}

const deleteButton = (value: string) =>
  button({
    text: 'Delete my answer',
    actionId: 'survey.delete',
    value,
    confirm: {
      title: 'Delete your answer?',
      text: 'It no longer counts, and nothing of it is kept.',
      confirm: 'Delete it',
      deny: 'Keep it',
    },
  });

const factsOf = (upgrade: Upgrade, { closesAt }: Pick<Survey, 'closesAt'>) => ({
  key: keyOf(upgrade),
  title: upgrade.plan.upgrade,
  system: upgrade.plan.system,
  zone: upgrade.plan.window.timezone,
  endedAt: upgrade.endedAt ?? upgrade.endsAt,
  closesAt,
});
