import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import type { Actor, Context, Unit } from '../context.ts';
import { watchbell } from '../context.ts';
import { type WatchbellError, wrongState } from '../errors.ts';
import { append } from '../record/index.ts';
import { perform } from '../upgrade/perform.ts';
import { keyOf, type Upgrade } from '../upgrade/store.ts';
import { showInvitations } from './invite-people.ts';
import { refreshResults } from './publish-results.ts';
import type { Answer } from './rules.ts';
import {
  findAnswer,
  findInvitation,
  findSurvey,
  removeAnswer,
  type StoredAnswer,
  type Survey,
  writeAnswer,
} from './store.ts';

type Person = Actor & { userId: string };

/** One answer per person, which a later one replaces until the survey closes. Only of those who were invited. */
export async function answerSurvey(
  context: Context,
  actor: Person,
  upgradeId: number,
  answer: Answer,
): Promise<{ upgrade: Upgrade; survey: Survey; changed: boolean }> {
  return performInvited(context, actor, upgradeId, async (unit, upgrade, survey) => {
    refuseClosed(upgrade, survey, unit.now);
    const changed = (await findAnswer(unit.tx, survey.id, actor.userId)) !== undefined;
    await writeAnswer(unit, survey.id, actor.userId, answer);
    await append(unit, watchbell(actor.teamId), upgradeId, 'survey.answered', { changed });
    await showInvitations(unit, upgrade, [actor.userId]);
    return { upgrade, survey, changed };
  });
}

/** What this person answered so far, for the form. Throws where they were not asked, or no longer can answer. */
export async function readAnswer(
  context: Context,
  actor: Person,
  upgradeId: number,
): Promise<{ upgrade: Upgrade; survey: Survey; answer: StoredAnswer | undefined }> {
  return performInvited(context, actor, upgradeId, async (unit, upgrade, survey) => {
    refuseClosed(upgrade, survey, unit.now);
    return { upgrade, survey, answer: await findAnswer(unit.tx, survey.id, actor.userId) };
  });
}

/** At any time, also after the end: the results are then drawn anew without it. False where there was none. */
export async function deleteAnswer(context: Context, actor: Person, upgradeId: number): Promise<boolean> {
  return performInvited(context, actor, upgradeId, async (unit, upgrade, survey) => {
    if (!(await removeAnswer(unit, survey.id, actor.userId))) return false;
    await append(unit, watchbell(actor.teamId), upgradeId, 'survey.answer_deleted', {});
    await showInvitations(unit, upgrade, [actor.userId]);
    if (survey.closedAt) await refreshResults(unit, upgrade);
    return true;
  });
}

async function performInvited<T>(
  context: Context,
  actor: Person,
  upgradeId: number,
  work: (unit: Unit, upgrade: Upgrade, survey: Survey) => Promise<T>,
): Promise<T> {
  const standing = async (unit: Unit, upgrade: Upgrade) => {
    const survey = await getSurvey(unit, upgrade);
    const invitation = await findInvitation(unit.tx, survey.id, actor.userId);
    return { audience: invitation !== undefined && invitation.inviteAt <= unit.now };
  };
  return perform(context, { actor, upgradeId, verb: 'answer_survey', standing }, async (unit, { upgrade }) =>
    work(unit, upgrade, await getSurvey(unit, upgrade)),
  );
}

async function getSurvey(unit: Unit, upgrade: Upgrade): Promise<Survey> {
  const survey = await findSurvey(unit.tx, upgrade.teamId, upgrade.id);
  if (survey) return survey;
  throw wrongState(
    `The survey of ${keyOf(upgrade)} has not begun.`,
    `/upgrade survey ${keyOf(upgrade)} says when it does.`,
  );
}

function refuseClosed(upgrade: Upgrade, survey: Survey, now: Date): void {
  if (!survey.closedAt && now < survey.closesAt) return;
  throw closed(upgrade, survey);
}

function closed({ plan, ...upgrade }: Upgrade, { closesAt }: Survey): WatchbellError {
  const { timezone } = plan.window;
  const at = format(new TZDate(closesAt.getTime(), timezone), 'd MMMM, HH:mm');
  return wrongState(
    `The survey of ${keyOf(upgrade)} closed on ${at} (${timezone}), so your answer came too late. Thank you all the same.`,
    plan.impact.contact
      ? `What you wanted to say is still welcome: ${plan.impact.contact}.`
      : 'What you wanted to say is still welcome: tell the upgrade lead.',
  );
}
