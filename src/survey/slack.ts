import * as z from 'zod';
import { actions } from '../slack/blocks.ts';
import { readMetadata } from '../slack/form.ts';
import type { ActionCall, CommandCall, SubmissionAnswer, SubmissionCall, Surface } from '../slack/surface.ts';
import { listRows } from '../timetable/index.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { chooseUpgrade, getMeant } from '../upgrade/choose-upgrade.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { surveyDays } from '../upgrade/window.ts';
import { ANSWER_SUBMIT, answerForm, readAnswerForm, thanks } from './answer-form.ts';
import { answerSurvey, deleteAnswer, readAnswer } from './answer-survey.ts';
import { buttonsFor } from './draw-invitation.ts';
import { readResults, writeComments } from './publish-results.ts';
import { findAnswer, findInvitation, findSurvey, type Survey } from './store.ts';

export const surface: Surface = {
  commands: [
    {
      verb: 'survey',
      usage: 'survey [UP-n]',
      summary: 'see how the feedback survey stands; answer it if you were asked',
      run: showState,
    },
  ],
  actions: [
    { actionId: 'survey.answer', run: openAnswer },
    { actionId: 'survey.delete', run: removeMine },
    { actionId: 'survey.comments', run: sendComments },
  ],
  views: [{ callbackId: ANSWER_SUBMIT, submit: submitAnswer }],
};

async function openAnswer(call: ActionCall): Promise<void> {
  const { id } = await getMeant(call);
  const { upgrade, answer } = await readAnswer(call.context, call.actor, id);
  await call.context.slack
    .of(call.actor.teamId)
    .openView(call.triggerId, answerForm(id, keyOf(upgrade), answer));
}

async function submitAnswer(call: SubmissionCall): Promise<SubmissionAnswer> {
  const read = readAnswerForm(call.values);
  if ('errors' in read) return read;
  const upgradeId = readMetadata(z.int32().positive(), call.metadata);
  const { upgrade } = await answerSurvey(call.context, call.actor, upgradeId, read.answer);
  const until = 'Until the survey closes you can change or delete it: the buttons are in your messages.';
  return { update: thanks(keyOf(upgrade), until) };
}

async function removeMine(call: ActionCall): Promise<void> {
  const { id } = await getMeant(call);
  const removed = await deleteAnswer(call.context, call.actor, id);
  await call.reply(
    removed ? 'Your answer is deleted: nothing of it is kept.' : 'There is no answer of yours to delete.',
  );
}

/** The results that everybody in the room has seen, with every comment whole. */
async function sendComments(call: ActionCall): Promise<void> {
  const { context, actor } = call;
  await admitViewer(context, actor);
  const upgrade = await getMeant(call);
  const survey = await findSurvey(context.db, actor.teamId, upgrade.id);
  if (!survey?.closedAt) return call.reply('The survey is still open: comments are shown when it closes.');
  const content = writeComments(upgrade, await readResults(context.db, survey));
  const key = keyOf(upgrade);
  await context.slack
    .of(actor.teamId)
    .sendFile(actor.userId, { name: `${key}-comments.md`, title: `${key}: comments`, content });
  await call.reply('The file with every comment is in your direct messages.');
}

async function showState(call: CommandCall): Promise<void> {
  await admitViewer(call.context, call.actor);
  const chosen = await chooseUpgrade(call, { command: 'survey', verbs: ['answer_survey', 'view'] });
  if (!chosen) return;
  const { upgrade } = chosen;
  const { context, actor } = call;
  const survey = await findSurvey(context.db, actor.teamId, upgrade.id);
  const message = context.templates.render('survey-state', {
    ...(await readState(call, upgrade, survey)),
    key: keyOf(upgrade),
    zone: upgrade.plan.window.timezone,
    room: upgrade.plan.channels.room,
  });
  const buttons = survey ? await myButtons(call, upgrade, survey) : [];
  const blocks = buttons.length > 0 ? [...message.blocks, actions(buttons)] : message.blocks;
  await call.reply({ ...message, blocks });
}

async function readState({ context, actor }: CommandCall, upgrade: Upgrade, survey: Survey | undefined) {
  const days = surveyDays(upgrade.plan);
  const opening = survey
    ? undefined
    : (await listRows(context.db, actor.teamId, upgrade.id)).find(
        ({ kind, state }) => kind === 'survey.open' && state === 'planned',
      );
  const results = survey ? await readResults(context.db, survey) : undefined;
  return {
    off: days === undefined,
    days: days ?? null,
    ended: upgrade.endedAt !== null,
    opened: survey !== undefined,
    preparedAt: opening?.dueAt ?? null,
    closed: Boolean(survey?.closedAt),
    closesAt: survey?.closesAt ?? null,
    invited: results?.invited ?? 0,
    answered: results?.answered ?? 0,
    rate: results?.rate ?? 0,
  };
}

async function myButtons({ context, actor }: CommandCall, upgrade: Upgrade, survey: Survey) {
  const invitation = await findInvitation(context.db, survey.id, actor.userId);
  if (!invitation || invitation.inviteAt > context.clock.now()) return [];
  const answer = await findAnswer(context.db, survey.id, actor.userId);
  return buttonsFor(upgrade, survey, answer !== undefined);
}
