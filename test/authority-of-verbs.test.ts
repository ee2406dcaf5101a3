import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Actor, type Context, transact } from '../src/context.ts';
import { retryDelivery } from '../src/deliveries/retry-delivery.ts';
import { WatchbellError } from '../src/errors.ts';
import { outbox } from '../src/outbox/tables.ts';
import { getRecord } from '../src/record/index.ts';
import { castVote } from '../src/rollback/cast-vote.ts';
import { giveAdvice } from '../src/rollback/give-advice.ts';
import { openDecision } from '../src/rollback/open-decision.ts';
import { type Decision, findOpenDecision, insertDecision, updateDecision } from '../src/rollback/store.ts';
import { answerSurvey, deleteAnswer } from '../src/survey/answer-survey.ts';
import { insertSurvey } from '../src/survey/store.ts';
import { admitViewer } from '../src/upgrade/admit-viewer.ts';
import { cancelUpgrade } from '../src/upgrade/cancel-upgrade.ts';
import { closeUpgrade } from '../src/upgrade/close-upgrade.ts';
import { completeUpgrade } from '../src/upgrade/complete-upgrade.ts';
import { editPlan } from '../src/upgrade/edit-plan.ts';
import { STATES, type State } from '../src/upgrade/lifecycle.ts';
import { openIssue } from '../src/upgrade/open-issue.ts';
import { recordAcceptance } from '../src/upgrade/record-acceptance.ts';
import { reportRolledBack } from '../src/upgrade/report-rolled-back.ts';
import { reportStatus } from '../src/upgrade/report-status.ts';
import { rescheduleUpgrade } from '../src/upgrade/reschedule-upgrade.ts';
import { resolveIssue } from '../src/upgrade/resolve-issue.ts';
import { scheduleUpgrade } from '../src/upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../src/upgrade/start-upgrade.ts';
import { getUpgrade, insertIssue, type Upgrade, updateUpgrade } from '../src/upgrade/store.ts';
import { verifyUpgrade } from '../src/upgrade/verify-upgrade.ts';
import { by, draftOf, testContext } from './support/context.ts';
import { OUTSIDERS, PEOPLE_BY_ROLE } from './support/people-by-role.ts';
import { testDatabase } from './support/postgres.ts';

/*
 * Every verb, run for real against Postgres, by every role in every state; beside each verb stands by hand who may use it
 * and when. Everybody else is refused for who they are; those who may, at any other time, for the state; both change nothing.
 */
type Person = Actor & { userId: string };
type Act = (context: Context, actor: Person, upgrade: Upgrade) => Promise<unknown>;

const LATER = new Date('2026-12-06T21:00:00Z');
const EVERY_CHECK = [1, 2, 3, 4, 5, 6];
const PLAN_ROLES = 'lead sponsor deputy communicator crisis_speaker operations consulted';
const ANSWER = { satisfaction: 4, difficulty: null, kind: null, suggestion: null, mayName: false };

const VERBS: Record<string, { roles: string; states: string; act: Act }> = {
  editPlan: { roles: 'lead planner', states: 'draft', act: (c, a, u) => editPlan(c, a, u.id, u.plan) },
  scheduleUpgrade: {
    roles: 'lead sponsor planner',
    states: 'draft',
    act: (c, a, u) => scheduleUpgrade(c, a, u.id),
  },
  rescheduleUpgrade: {
    roles: 'lead sponsor',
    states: 'scheduled',
    act: (c, a, u) => rescheduleUpgrade(c, a, u.id, LATER),
  },
  cancelUpgrade: {
    roles: 'lead sponsor',
    states: 'draft scheduled',
    act: (c, a, u) => cancelUpgrade(c, a, u.id),
  },
  startUpgrade: { roles: 'lead', states: 'scheduled', act: (c, a, u) => startUpgrade(c, a, u.id) },
  reportStatus: {
    roles: 'lead communicator',
    states: 'in_progress verifying rolling_back',
    act: (c, a, u) => reportStatus(c, a, u.id, 'All is well'),
  },
  openIssue: {
    roles: 'lead communicator operations',
    states: 'in_progress verifying rolling_back',
    act: (c, a, u) => openIssue(c, a, u.id, 'The import stands still'),
  },
  resolveIssue: {
    roles: 'lead communicator operations',
    states: 'in_progress verifying rolling_back',
    act: async (c, a, u) => {
      const { number } = await transact(c, (unit) => insertIssue(unit, u, 'UDANA', 'Stuck'));
      return resolveIssue(c, a, u.id, number);
    },
  },
  verifyUpgrade: { roles: 'lead', states: 'in_progress', act: (c, a, u) => verifyUpgrade(c, a, u.id) },
  recordAcceptance: {
    roles: 'lead',
    states: 'verifying',
    act: (c, a, u) => recordAcceptance(c, a, u.id, [{ number: 1, passed: true }]),
  },
  completeUpgrade: {
    roles: 'lead',
    states: 'verifying',
    act: (c, a, u) => completeUpgrade(c, a, u.id, { passed: EVERY_CHECK }),
  },
  reportRolledBack: { roles: 'lead', states: 'rolling_back', act: (c, a, u) => reportRolledBack(c, a, u.id) },
  closeUpgrade: {
    roles: 'lead sponsor',
    states: 'completed rolled_back',
    act: (c, a, u) => closeUpgrade(c, a, u.id),
  },
  openDecision: {
    roles: PLAN_ROLES,
    states: 'in_progress verifying',
    act: async (c, a, u) => {
      await settleOpen(c, u);
      return openDecision(c, a, u.id, 'Quotes fail');
    },
  },
  giveAdvice: {
    roles: PLAN_ROLES,
    states: 'in_progress verifying',
    act: async (c, a, u) => {
      await decisionOf(c, u, false);
      return giveAdvice(c, a, u.id, 'Wait for the vendor');
    },
  },
  'castVote in the sponsor’s time': {
    roles: 'sponsor',
    states: 'in_progress verifying',
    act: async (c, a, u) => castVote(c, a, (await decisionOf(c, u, false)).id, 'roll_back'),
  },
  'castVote once the deputy is called in': {
    roles: 'sponsor deputy',
    states: 'in_progress verifying',
    act: async (c, a, u) => castVote(c, a, (await decisionOf(c, u, true)).id, 'keep_going'),
  },
  'castVote for more time': {
    roles: 'sponsor',
    states: 'in_progress verifying',
    act: async (c, a, u) => castVote(c, a, (await decisionOf(c, u, false)).id, 'more_time'),
  },
  answerSurvey: {
    roles: 'audience',
    states: 'completed closed',
    act: (c, a, u) => answerSurvey(c, a, u.id, ANSWER),
  },
  deleteAnswer: { roles: 'audience', states: 'completed closed', act: (c, a, u) => deleteAnswer(c, a, u.id) },
  retryDelivery: {
    roles: 'lead communicator operations',
    states: STATES.join(' '),
    act: async (c, a, u) => {
      const refused = { kind: 'notice', slot: randomUUID(), target: 'CSALES', state: 'failed' } as const;
      const [row] = await db
        .insert(outbox)
        .values({ ...refused, teamId: u.teamId, upgradeId: u.id, plannedFor: LATER })
        .returning();
      return retryDelivery(c, a, row?.id ?? '');
    },
  },
  admitViewer: {
    roles: `${PLAN_ROLES} planner audience none`,
    states: STATES.join(' '),
    act: (c, a) => admitViewer(c, a),
  },
};

const settleOpen = (context: Context, upgrade: Upgrade): Promise<void> =>
  transact(context, async (unit) => {
    const open = await findOpenDecision(unit.tx, upgrade.id);
    if (open) await updateDecision(unit, open, { state: 'decided' });
  });

/** A decision of its own for each act. */
async function decisionOf(context: Context, upgrade: Upgrade, escalated: boolean): Promise<Decision> {
  await settleOpen(context, upgrade);
  return transact(context, async (unit) => {
    const asked = { by: 'UDANA', reason: 'Quotes fail', deadlineAt: LATER, finalDeadlineAt: LATER };
    const open = await insertDecision(unit, upgrade, asked);
    return updateDecision(unit, open, { escalatedAt: escalated ? unit.now : null });
  });
}

const { db } = await testDatabase();
const t = await testContext(db, [], new Date('2026-12-05T20:50:00Z'));
const draft = await draftOf(t);
// Only members and guests are ever invited; that invitation is what counts.
const invited = [by('emma').userId];
await transact(t.context, (unit) =>
  insertSurvey(
    unit,
    draft,
    LATER,
    invited.map((userId) => ({ userId, inviteAt: unit.now, nudgeAt: LATER })),
  ),
);

async function put(state: State): Promise<Upgrade> {
  const change = { ...draft, state, createdBy: 'UINES', startedAt: null, endedAt: null, closedAt: null };
  return transact(t.context, (unit) => updateUpgrade(unit, draft, changeOf(change)));
}

function changeOf({ id: _id, teamId: _team, number: _number, ...change }: Upgrade) {
  return change;
}

async function outcomeOf(act: Act, person: Person, upgrade: Upgrade): Promise<string> {
  try {
    await act(t.context, person, upgrade);
    return 'done';
  } catch (error) {
    if (!(error instanceof WatchbellError)) throw error;
    expect(error.next, error.message).toBeTruthy();
    expect(await getUpgrade(db, upgrade.teamId, upgrade.id)).toEqual(upgrade);
    return error.code;
  }
}

test.each(Object.keys(VERBS))('%s, by every role in every state', async (name) => {
  const verb = VERBS[name];
  if (!verb) throw new Error(name);
  const found: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const [role, person] of Object.entries(PEOPLE_BY_ROLE)) {
    for (const state of STATES) {
      const upgrade = await put(state);
      found[`${role} while ${state}`] = await outcomeOf(verb.act, by(person), upgrade);
      const allowed = verb.roles.split(' ').includes(role);
      const inTime = verb.states.split(' ').includes(state);
      expected[`${role} while ${state}`] = !allowed ? 'not_allowed' : inTime ? 'done' : 'wrong_state';
    }
  }
  expect(Object.keys(found)).toHaveLength(14 * 9);
  expect(found).toEqual(expected);
});

test('a refusal names who can, and stays on the record', async () => {
  const upgrade = await put('scheduled');
  await expect(startUpgrade(t.context, by('mia'), upgrade.id)).rejects.toMatchObject({
    code: 'not_allowed',
    message: 'Only the upgrade lead can do this.',
    next: 'Ask @Dana Petersen (the upgrade lead).',
  });
  const last = (await getRecord(db, upgrade.teamId, upgrade.id)).at(-1);
  expect(last).toMatchObject({ actor: 'UMIA', fact: 'act.refused', data: { verb: 'start' } });
});

test('whoever could for two reasons is named once, with both', async () => {
  const upgrade = await put('draft');
  const planned = await transact(t.context, (unit) =>
    updateUpgrade(unit, upgrade, { createdBy: by('dana').userId }),
  );
  await expect(editPlan(t.context, by('mia'), planned.id, planned.plan)).rejects.toMatchObject({
    next: 'Ask @Dana Petersen (whoever created the plan and the upgrade lead).',
  });
});

test('somebody who is taken out of the plan after the poll opened has no vote; who took the place has it', async () => {
  const upgrade = await put('in_progress');
  const { id } = await decisionOf(t.context, upgrade, false);
  const people = { ...upgrade.plan.people, sponsor: by('zoe').userId };
  await transact(t.context, (unit) => updateUpgrade(unit, upgrade, { plan: { ...upgrade.plan, people } }));
  await expect(castVote(t.context, by('priya'), id, 'roll_back')).rejects.toMatchObject({
    code: 'not_allowed',
  });
  expect(await castVote(t.context, by('zoe'), id, 'roll_back')).toMatchObject({ counted: true });
});

test('a settled decision is told to members who come too late, to nobody else', async () => {
  const upgrade = await put('in_progress');
  const { id } = await decisionOf(t.context, upgrade, false);
  await settleOpen(t.context, upgrade);
  expect(await castVote(t.context, by('mia'), id, 'roll_back')).toMatchObject({ counted: false });
  for (const outsider of OUTSIDERS) {
    const vote = castVote(t.context, by(outsider), id, 'roll_back');
    await expect(vote).rejects.toMatchObject({ code: 'not_allowed' });
  }
});

test('an upgrade of another workspace is not there', async () => {
  const stranger = { ...by('dana'), teamId: 'TNORTHWIND' };
  await expect(startUpgrade(t.context, stranger, draft.id)).rejects.toMatchObject({ code: 'not_found' });
});
