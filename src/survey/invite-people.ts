import type { Unit } from '../context.ts';
import { enqueue, type Renderer, touch } from '../outbox/index.ts';
import { handler, LATE_POLICY } from '../timetable/index.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { drawNudge } from './draw-invitation.ts';
import { findAnswer, findSurvey, listInvitedAt, listSilentAt } from './store.ts';

/** The kind of the live message that asks, and thanks once it was answered. */
export const INVITATION = 'survey';

const late = LATE_POLICY['survey.nudge'].leftOut;

/** It is 10:00 where these people are. */
export const invitePeople = handler({
  kind: 'survey.invite',
  async decide(unit, row) {
    const upgrade = await getUpgrade(unit.tx, row.teamId, row.upgradeId);
    const survey = await findSurvey(unit.tx, row.teamId, row.upgradeId);
    if (!survey || survey.closedAt) return { skipped: late.closed };
    await showInvitations(unit, upgrade, await listInvitedAt(unit.tx, survey.id, row.dueAt), row.dueAt);
    return 'done';
  },
});

/** One reminder, and only to those who have not answered. */
export const nudgeSilent = handler({
  kind: 'survey.nudge',
  async decide(unit, row) {
    const survey = await findSurvey(unit.tx, row.teamId, row.upgradeId);
    if (!survey || survey.closedAt) return { skipped: late.closed };
    const silent = await listSilentAt(unit.tx, survey.id, row.dueAt);
    if (silent.length === 0) return { skipped: late.answered };
    const { teamId, upgradeId, kind, dueAt: plannedFor } = row;
    const nudge = { teamId, upgradeId, kind, slot: 'survey', lane: 'bulk' as const, plannedFor };
    await enqueue(
      unit,
      silent.map((target) => ({ ...nudge, target })),
    );
    return 'done';
  },
});

/** Drawn when it is sent: whoever answered meanwhile is reminded of nothing. */
export const renderNudge: Renderer = async (context, { teamId, upgradeId, target }) => {
  const survey = await findSurvey(context.db, teamId, upgradeId);
  if (!survey || survey.closedAt) return { withdrawn: late.closed };
  if (await findAnswer(context.db, survey.id, target)) return { withdrawn: late.meanwhile };
  return drawNudge(context, await getUpgrade(context.db, teamId, upgradeId), survey);
};

/** Asks these people, or redraws what they see after they answered or deleted their answer, or when the survey closes. */
export async function showInvitations(
  unit: Unit,
  { teamId, id: upgradeId }: Upgrade,
  userIds: string[],
  plannedFor?: Date,
): Promise<void> {
  const invitation = { teamId, upgradeId, lane: 'bulk' as const, plannedFor };
  await touch(
    unit,
    userIds.map((target) => ({ ...invitation, kind: INVITATION, slot: 'survey', target })),
  );
}
