import type { Slice } from '../slice.ts';
import { keyOf } from '../upgrade/store.ts';
import { surveyDays, surveyTime } from '../upgrade/window.ts';
import { drawInvitation, renderInvitation } from './draw-invitation.ts';
import { INVITATION, invitePeople, nudgeSilent, renderNudge } from './invite-people.ts';
import { planSurvey, prepareSurvey } from './prepare-survey.ts';
import { publishResults, RESULTS, renderResults, withoutChart } from './publish-results.ts';
import { closingTime } from './rules.ts';
import { surface } from './slack.ts';
import { listUnanswered } from './store.ts';

/** A short survey among those affected, days after completion: each asked at 10:00 where they are, results without names. */
export const survey: Slice = {
  surface,
  handlers: [prepareSurvey, invitePeople, nudgeSilent, publishResults],
  followers: [planSurvey, withoutChart],
  renderers: {
    [INVITATION]: renderInvitation,
    [nudgeSilent.kind]: renderNudge,
    [RESULTS]: renderResults,
  },
  async waiting({ db, clock }, actor) {
    const unanswered = await listUnanswered(db, actor, clock.now());
    return unanswered.map(({ upgrade }) => ({
      upgradeId: upgrade.id,
      text: `${keyOf(upgrade)} ${upgrade.plan.upgrade}: how is it for you now?`,
      button: { text: 'Give feedback', actionId: 'survey.answer', value: String(upgrade.id) },
    }));
  },
  async preview(context, upgrade) {
    const days = surveyDays(upgrade.plan);
    if (days === undefined) return [];
    const at = surveyTime(upgrade.endedAt ?? upgrade.endsAt, days, upgrade.plan.window.timezone);
    const closesAt = closingTime([{ userId: '', inviteAt: at, nudgeAt: at }]);
    const message = drawInvitation(context, upgrade, { closesAt, closedAt: null }, false);
    return [
      {
        at,
        what: 'feedback survey, if it is completed in time',
        to: 'everybody of the audience, each at 10:00 in their own zone',
        message,
      },
    ];
  },
};
