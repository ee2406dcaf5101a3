import type { Action, Call, Submission } from '../../slack/surface.ts';
import { cancelUpgrade } from '../cancel-upgrade.ts';
import { getMeant } from '../choose-upgrade.ts';
import { closeUpgrade } from '../close-upgrade.ts';
import { completeUpgrade } from '../complete-upgrade.ts';
import { isPastNoReturn } from '../decide-now.ts';
import { reportRolledBack } from '../report-rolled-back.ts';
import { scheduleUpgrade } from '../schedule-upgrade.ts';
import { startUpgrade } from '../start-upgrade.ts';
import { listAcceptance, listIssues, type Upgrade } from '../store.ts';
import { verifyUpgrade } from '../verify-upgrade.ts';
import { readReason } from '../written.ts';
import { type Act, DONE, doneVerb, fieldOf, metadataOf, readMetadata, refuseUnlessAllowed } from './act.ts';
import { CANCEL_FORM, CHECKS, COMPLETE_FORM, cancelForm, completeForm } from './lifecycle-forms.ts';
import { answer, askAboutLateStart, completedData, scheduledData, startedData } from './lifecycle-replies.ts';

export const lifecycleActs: Act[] = [
  {
    command: 'schedule',
    usage: 'schedule [UP-n]',
    summary: 'make a draft binding: from then on its messages have their times',
    verbs: ['schedule'],
    async run(call, { id }) {
      const { upgrade, warnings } = await scheduleUpgrade(call.context, call.actor, id);
      const data = scheduledData(upgrade, warnings, call.context.clock.now());
      await answer(call, upgrade, 'scheduled', data);
    },
  },
  {
    command: 'cancel',
    usage: 'cancel [UP-n] [why]',
    summary: 'call it off and tell everyone who was told of it; asks first',
    verbs: ['cancel'],
    async run(call, upgrade, why) {
      await refuseUnlessAllowed(call, upgrade, 'cancel');
      const form = cancelForm(upgrade, metadataOf(call, upgrade), readReason(why) ?? '');
      await slackOf(call).openView(call.triggerId, form);
    },
  },
  {
    command: 'start',
    usage: 'start [UP-n]',
    summary: 'begin the work: everyone hears it, and updates follow by themselves',
    verbs: ['start'],
    async run(call, upgrade) {
      if (!isPastNoReturn(upgrade, call.context.clock.now())) return start(call, upgrade);
      await refuseUnlessAllowed(call, upgrade, 'start');
      await askAboutLateStart(call, upgrade);
    },
  },
  {
    command: 'done',
    usage: 'done [UP-n]',
    summary: 'say that the work is done: verify, then complete; or that the rollback is',
    verbs: DONE,
    run: finish,
  },
  {
    command: 'close',
    usage: 'close [UP-n]',
    summary: 'close an upgrade that has been stable for its monitoring time',
    verbs: ['close'],
    async run(call, { id }) {
      await answer(call, await closeUpgrade(call.context, call.actor, id), 'closed');
    },
  },
];

/** Whoever presses this was told that a rollback no longer fits. */
export const startAllTheSame: Action = {
  actionId: 'upgrade.start.anyway',
  run: async (call) => start(call, await getMeant(call)),
};

export const lifecycleForms: Submission[] = [
  {
    callbackId: CANCEL_FORM,
    async submit(submission) {
      const { upgradeId, call } = readMetadata(submission);
      const { upgrade, wasScheduled } = await cancelUpgrade(
        call.context,
        call.actor,
        upgradeId,
        fieldOf(call, 'why'),
      );
      await answer(call, upgrade, 'cancelled', { was_scheduled: wasScheduled });
      return undefined;
    },
  },
  {
    callbackId: COMPLETE_FORM,
    async submit(submission) {
      const { upgradeId, call } = readMetadata(submission);
      const passed = Object.entries(call.values)
        .filter(([block]) => block.startsWith(CHECKS))
        .flatMap(([, ticked]) => ticked ?? [])
        .map(Number);
      const upgrade = await completeUpgrade(call.context, call.actor, upgradeId, {
        passed,
        whatChanged: fieldOf(call, 'what_changed'),
        knownIssues: fieldOf(call, 'known_issues'),
      });
      await answer(call, upgrade, 'completed', completedData(upgrade, passed));
      return undefined;
    },
  },
];

async function start(call: Call, { id }: Upgrade): Promise<void> {
  const upgrade = await startUpgrade(call.context, call.actor, id);
  await answer(call, upgrade, 'started', startedData(upgrade));
}

async function finish(call: Call, before: Upgrade): Promise<void> {
  const { context, actor } = call;
  switch (doneVerb(before)) {
    case 'verify': {
      const upgrade = await verifyUpgrade(context, actor, before.id);
      return answer(call, upgrade, 'verifying', { checks: upgrade.plan.acceptance });
    }
    case 'rolled_back':
      return answer(call, await reportRolledBack(context, actor, before.id), 'rolled-back');
    case 'complete': {
      await refuseUnlessAllowed(call, before, 'complete');
      const verdicts = await listAcceptance(context.db, before.id);
      const issues = await listIssues(context.db, before.id);
      const form = completeForm(before, metadataOf(call, before), { verdicts, issues });
      await slackOf(call).openView(call.triggerId, form);
    }
  }
}

const slackOf = ({ context, actor }: Call) => context.slack.of(actor.teamId);
