import type { Unit } from '../context.ts';
import { enqueue, touch } from '../outbox/index.ts';
import { handler, LATE_POLICY } from '../timetable/index.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { drawNudge } from './draw-invitation.ts';
import { findSurvey, listInvitedAt, listSilentAt } from './store.ts';

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
    const upgrade = await getUpgrade(unit.tx, row.teamId, row.upgradeId);
    const survey = await findSurvey(unit.tx, row.teamId, row.upgradeId);
    if (!survey || survey.closedAt) return { skipped: late.closed };
    const silent = await listSilentAt(unit.tx, survey.id, row.dueAt);
    if (silent.length === 0) return { skipped: late.answered };
    const message = drawNudge(unit.context, upgrade, survey);
    const { teamId, upgradeId } = row;
    await enqueue(
      unit,
      silent.map((target) => ({
        teamId,
        upgradeId,
        kind: 'survey.nudge',
        slot: 'survey',
        target,
        message,
        lane: 'bulk' as const,
        plannedFor: row.dueAt,
      })),
    );
    return 'done';
  },
});

/** Asks these people, or redraws what they see after they answered or deleted their answer, or when the survey closes. */
export async function showInvitations(
  unit: Unit,
  { teamId, id: upgradeId }: Upgrade,
  userIds: string[],
  plannedFor?: Date,
): Promise<void> {
  const invitation = {
    teamId,
    upgradeId,
    kind: INVITATION,
    slot: 'survey',
    lane: 'bulk' as const,
    plannedFor,
  };
  await touch(
    unit,
    userIds.map((target) => ({ ...invitation, target })),
  );
}
