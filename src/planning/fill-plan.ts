import { createHash } from 'node:crypto';
import { wrongState } from '../errors.ts';
import type { Call, FormValues, SubmissionAnswer, SubmissionCall } from '../slack/surface.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { createUpgrade } from '../upgrade/create-upgrade.ts';
import { editPlan } from '../upgrade/edit-plan.ts';
import { findActor } from '../upgrade/find-member.ts';
import { decideTransition } from '../upgrade/lifecycle.ts';
import { getUpgrade, keyOf, type Upgrade } from '../upgrade/store.ts';
import { admitPlanner } from './admit-planner.ts';
import { answerIn, type Origin, readOrigin, writeOrigin } from './answer-in.ts';
import { drawDraft } from './draw-draft.ts';
import { newPlanValues, startChoices, valuesOf } from './form-values.ts';
import { planModal } from './plan-modal.ts';
import { readForm, underInputs } from './read-plan.ts';

/** Opens the empty form of a new plan, with the usual lengths and this person as lead. */
export async function openNewPlan(call: Call): Promise<void> {
  const { context, actor, channelId } = call;
  await admitViewer(context, actor);
  const user = await findActor(context, actor);
  const room = channelId && /^[CG]/.test(channelId) ? channelId : undefined;
  const values = newPlanValues({ userId: actor.userId, zone: user?.timezone ?? 'UTC', room });
  await context.slack.of(actor.teamId).openView(call.triggerId, drawForm(values, { channelId }));
}

/** Opens the form of a draft, filled with its plan. */
export async function openPlan(call: Call, upgrade: Upgrade): Promise<void> {
  const { context, actor, channelId } = call;
  await admitViewer(context, actor);
  const transition = decideTransition({ key: keyOf(upgrade), state: upgrade.state }, 'plan');
  if ('refusal' in transition) throw wrongState(transition.refusal, transition.next);
  const slack = context.slack.of(actor.teamId);
  const values = valuesOf(upgrade.plan);
  const groups = upgrade.plan.audience.groups.length > 0 ? await slack.groups() : [];
  const handles = upgrade.plan.audience.groups.map((id) => {
    const group = groups.find((each) => each.id === id);
    return group ? `@${group.handle}` : id;
  });
  const filled = { ...values, 'audience.groups': handles.join(', ') };
  await slack.openView(
    call.triggerId,
    drawForm(filled, { channelId, upgradeId: upgrade.id, seen: markOf(upgrade) }),
  );
}

const drawForm = (values: FormValues, origin: Origin) =>
  planModal(values, {
    title: origin.upgradeId === undefined ? 'Plan an upgrade' : 'Edit the plan',
    submit: 'Save the draft',
    metadata: writeOrigin(origin),
  });

/** Makes or changes a draft from what was filled in; every problem appears under its input, and what was typed stays. */
export async function submitPlan(call: SubmissionCall): Promise<SubmissionAnswer> {
  const { context, actor, values } = call;
  const origin = readOrigin(call.metadata);
  const patienceMs = await admitPlanner(call, origin.upgradeId);
  if (startChoices(values).length > 0) return { update: drawForm(values, origin) };
  const draft =
    origin.upgradeId === undefined ? undefined : await getUpgrade(context.db, actor.teamId, origin.upgradeId);
  if (draft) refuseUnlessSeen(draft, origin);
  const slack = context.slack.of(actor.teamId);
  const reading = { slack, teamId: actor.teamId, now: context.clock.now(), patienceMs };
  const { plan, warnings, problems } = await readForm(values, reading, draft?.plan);
  if (!plan) return { errors: underInputs(problems, ['upgrade', ...Object.keys(values)]) };
  const upgrade = draft
    ? await editPlan(context, actor, draft.id, plan)
    : await createUpgrade(context, actor, plan);
  const answer = await drawDraft(context, actor, { upgrade, warnings, edited: draft !== undefined });
  await answerIn(call, origin.channelId)(answer);
  return undefined;
}

/** Tells one version of a plan from the next. */
const markOf = ({ plan }: Upgrade): string =>
  createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);

/** Two people may have the form open: the second must not undo unseen what the first saved. */
function refuseUnlessSeen(draft: Upgrade, { seen }: Origin): void {
  if (seen === markOf(draft)) return;
  throw wrongState(
    'Somebody changed this plan while you had it open, so nothing was saved.',
    `What you typed stays here until you close this form. Open it again with /upgrade edit ${keyOf(draft)}.`,
  );
}
