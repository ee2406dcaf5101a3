import { invalidInput, wrongState } from '../../errors.ts';
import { shorten } from '../../slack/inline.ts';
import type { Call, Submission } from '../../slack/surface.ts';
import { openIssue } from '../open-issue.ts';
import { reportStatus } from '../report-status.ts';
import { resolveIssue } from '../resolve-issue.ts';
import { type Issue, isOpen, keyOf, listIssues } from '../store.ts';
import { type Act, fieldOf, metadataOf, readMetadata, refuseUnlessAllowed } from './act.ts';
import { answer } from './lifecycle-replies.ts';
import { ISSUE_FORM, issueForm, RESOLVE_FORM, resolveForm, STATUS_FORM, statusForm } from './report-forms.ts';

/** Shown back in a reply; the whole is kept. */
const SHOWN = 500;
const SHOWN_IN_LIST = 60;

export const reportActs: Act[] = [
  {
    command: 'status',
    usage: 'status [UP-n] [text]',
    summary: 'say where things stand; the next update carries it',
    verbs: ['status'],
    async run(call, upgrade, text) {
      if (text !== '') return keepStatus(call, upgrade.id, text);
      await refuseUnlessAllowed(call, upgrade, 'status');
      await slackOf(call).openView(call.triggerId, statusForm(upgrade, metadataOf(call, upgrade)));
    },
  },
  {
    command: 'issue',
    usage: 'issue [UP-n] [text]',
    summary: 'report what stands in the way; every update names it until it is resolved',
    verbs: ['issue'],
    async run(call, upgrade, text) {
      if (text !== '') return keepIssue(call, upgrade.id, text);
      await refuseUnlessAllowed(call, upgrade, 'issue');
      await slackOf(call).openView(call.triggerId, issueForm(upgrade, metadataOf(call, upgrade)));
    },
  },
  {
    command: 'resolve',
    usage: 'resolve [UP-n] [issue number]',
    summary: 'say that an issue no longer stands in the way',
    verbs: ['resolve'],
    async run(call, upgrade, text) {
      if (text !== '') return settleIssue(call, upgrade.id, text);
      await refuseUnlessAllowed(call, upgrade, 'resolve');
      const open = (await listIssues(call.context.db, upgrade.id)).filter(isOpen);
      if (open.length === 0) {
        throw wrongState(
          `No issue of ${keyOf(upgrade)} is open.`,
          `Report one with /upgrade issue ${keyOf(upgrade)}.`,
        );
      }
      await slackOf(call).openView(call.triggerId, resolveForm(upgrade, metadataOf(call, upgrade), open));
    },
  },
];

export const reportForms: Submission[] = [
  {
    callbackId: STATUS_FORM,
    async submit(submission) {
      const { upgradeId, call } = readMetadata(submission);
      await keepStatus(call, upgradeId, fieldOf(call, 'text'));
      return undefined;
    },
  },
  {
    callbackId: ISSUE_FORM,
    async submit(submission) {
      const { upgradeId, call } = readMetadata(submission);
      await keepIssue(call, upgradeId, fieldOf(call, 'text'));
      return undefined;
    },
  },
  {
    callbackId: RESOLVE_FORM,
    async submit(submission) {
      const { upgradeId, call } = readMetadata(submission);
      await settleIssue(call, upgradeId, fieldOf(call, 'number'));
      return undefined;
    },
  },
];

async function keepStatus(call: Call, upgradeId: number, text: string): Promise<void> {
  const upgrade = await reportStatus(call.context, call.actor, upgradeId, text);
  await answer(call, upgrade, 'status', { text: shorten(text.trim(), SHOWN) });
}

async function keepIssue(call: Call, upgradeId: number, text: string): Promise<void> {
  const { upgrade, issue } = await openIssue(call.context, call.actor, upgradeId, text);
  await answer(call, upgrade, 'issue', shown(issue, SHOWN));
}

async function settleIssue(call: Call, upgradeId: number, typed: string): Promise<void> {
  const number = readNumber(typed);
  if (number === undefined) {
    await refuseUnlessAllowed(call, { id: upgradeId }, 'resolve');
    throw invalidInput(
      `“${shorten(typed, 100)}” is no issue number.`,
      [],
      'Type the number alone, like /upgrade resolve 2; or leave it out to choose from a list.',
    );
  }
  const { upgrade, issue, stillOpen } = await resolveIssue(call.context, call.actor, upgradeId, number);
  const open = stillOpen.map((each) => shown(each, SHOWN_IN_LIST));
  await answer(call, upgrade, 'resolved', { ...shown(issue, SHOWN), open });
}

const shown = ({ number, text }: Issue, length: number) => ({ number, text: shorten(text, length) });

const readNumber = (text: string): number | undefined => {
  const found = /^#?(\d{1,6})$/.exec(text.trim());
  return found ? Number(found[1]) : undefined;
};

const slackOf = ({ context, actor }: Call) => context.slack.of(actor.teamId);
