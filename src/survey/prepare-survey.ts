import { type Unit, watchbell } from '../context.ts';
import { append, follow } from '../record/index.ts';
import { handler, LATE_POLICY, planRows } from '../timetable/index.ts';
import { type Audience, findAudience } from '../upgrade/find-audience.ts';
import { getUpgrade, lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { surveyDays } from '../upgrade/window.ts';
import { closingTime, deriveInvitations, distinct, type Invitation, preparedAt } from './rules.ts';
import { insertSurvey } from './store.ts';

/** Completed: the survey is prepared in time for the first person's morning. Plans without a survey have none. */
export const planSurvey = follow('upgrade.completed', async (unit, { actor, upgradeId }) => {
  const upgrade = await getUpgrade(unit.tx, actor.teamId, upgradeId);
  const days = surveyDays(upgrade.plan);
  if (days === undefined) return;
  const dueAt = preparedAt(unit.now, days);
  await planRows(unit, [{ teamId: actor.teamId, upgradeId, kind: 'survey.open', slot: 'survey', dueAt }]);
});

const late = LATE_POLICY['survey.open'].leftOut;

/** Resolves whom to ask, and writes down when each of them is asked and reminded, and when it ends. */
export const prepareSurvey = handler<Audience>({
  kind: 'survey.open',
  prepare: async (context, row) =>
    findAudience(context, await getUpgrade(context.db, row.teamId, row.upgradeId), { channels: true }),
  async decide(unit, row, { people, leftOut }) {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    const days = surveyDays(upgrade.plan);
    const { endedAt } = upgrade;
    if (days === undefined || !endedAt) return { skipped: late.nothing };
    if (people.length === 0) return { skipped: late.nobody };
    const invitations = deriveInvitations(people, endedAt, days);
    const closesAt = closingTime(invitations);
    if (!(await insertSurvey(unit, upgrade, closesAt, invitations))) return { skipped: late.before };
    await planSurveyRows(unit, upgrade, invitations, closesAt);
    await append(unit, watchbell(row.teamId), upgrade.id, 'audience.resolved', {
      kind: row.kind,
      slot: row.slot,
      channels: 0,
      people: people.length,
      leftOut,
    });
    await append(unit, watchbell(row.teamId), upgrade.id, 'survey.opened', {
      people: people.length,
      closesAt: closesAt.toISOString(),
    });
    return 'done';
  },
});

async function planSurveyRows(
  unit: Unit,
  { teamId, id: upgradeId }: Upgrade,
  invitations: Invitation[],
  closesAt: Date,
): Promise<void> {
  const rows = (kind: string, instants: Date[]) =>
    distinct(instants).map((dueAt) => ({ teamId, upgradeId, kind, slot: dueAt.toISOString(), dueAt }));
  await planRows(unit, [
    ...rows(
      'survey.invite',
      invitations.map(({ inviteAt }) => inviteAt),
    ),
    ...rows(
      'survey.nudge',
      invitations.map(({ nudgeAt }) => nudgeAt),
    ),
    { teamId, upgradeId, kind: 'survey.close', slot: 'survey', dueAt: closesAt },
  ]);
}
