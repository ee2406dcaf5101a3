import { invalidInput } from '../../errors.ts';
import { actions, button, textSection } from '../../slack/blocks.ts';
import { PICK } from '../../slack/dispatch.ts';
import { escapeText } from '../../slack/inline.ts';
import type { Call, Submission, SubmissionAnswer, SubmissionCall } from '../../slack/surface.ts';
import { type ReadStart, readFields, readStart } from '../read-start.ts';
import { rescheduleUpgrade } from '../reschedule-upgrade.ts';
import { getUpgrade, keyOf, type Upgrade } from '../store.ts';
import { type Act, fieldOf, metadataOf, readMetadata, refuseUnlessAllowed } from './act.ts';
import { type Move, plannedMove, RESCHEDULE_FORM, rescheduleForm } from './lifecycle-forms.ts';
import { answer, movedData } from './lifecycle-replies.ts';

export const rescheduleAct: Act = {
  command: 'reschedule',
  usage: 'reschedule [UP-n] [2026-12-05 22:00 | tomorrow 22:00 | in 2 hours] [why]',
  summary:
    "move it to another start, in the plan's time zone; everyone who heard the old time hears the new one",
  verbs: ['reschedule'],
  async run(call, upgrade, text) {
    const { timezone } = upgrade.plan.window;
    const read =
      text === '' ? undefined : readStart(text, timezone, call.context.clock.now(), upgrade.startsAt);
    if (read?.kind === 'start') return move(call, upgrade.id, read.start, read.rest);
    await refuseUnlessAllowed(call, upgrade, 'reschedule');
    switch (read?.kind) {
      case undefined:
        return openForm(call, upgrade);
      case 'which':
        return askWhich(call, upgrade, read);
      case 'ambiguous_date':
        throw invalidInput(
          `${read.written} could be two different days.`,
          [],
          'Write the day as 2026-12-05 or 5 December.',
        );
      case 'unreadable':
        throw invalidInput(
          'No time could be read at the beginning of what you typed.',
          [],
          `Write it like 2026-12-05 22:00, tomorrow 22:00 or in 2 hours (time in ${timezone}), then why; or leave all of it out for a form.`,
        );
    }
  },
};

export const rescheduleSubmission: Submission = { callbackId: RESCHEDULE_FORM, submit };

async function openForm(call: Call, upgrade: Upgrade): Promise<void> {
  const form = rescheduleForm(upgrade, metadataOf(call, upgrade), plannedMove(upgrade));
  await call.context.slack.of(call.actor.teamId).openView(call.triggerId, form);
}

async function move(call: Call, upgradeId: number, start: Date, why: string): Promise<void> {
  const moved = await rescheduleUpgrade(call.context, call.actor, upgradeId, start, why);
  await answer(call, moved.upgrade, 'moved', movedData(moved, call.context.clock.now()));
}

type Question = Extract<ReadStart, { kind: 'which' }>;

const sayQuestion = ({ written, twice }: Question, zone: string): string =>
  twice
    ? `${written} happens twice in ${zone}, since the clocks go back. Which is meant?`
    : `${written} does not exist in ${zone}, since the clocks change. Which is meant?`;

/** Each button runs the command again with a time that is settled. */
async function askWhich(call: Call, upgrade: Upgrade, asked: Question): Promise<void> {
  const question = `${sayQuestion(asked, upgrade.plan.window.timezone)} Nothing has been moved yet.`;
  const again = (choice: string) => `reschedule ${keyOf(upgrade)} ${choice} ${asked.rest}`.trimEnd();
  await call.reply({
    text: escapeText(`${question} ${asked.choices.join(' or ')}`),
    blocks: [
      textSection(question),
      actions(
        asked.choices.map((choice, index) =>
          button({ text: choice, actionId: `${PICK}.${index + 1}`, value: again(choice) }),
        ),
      ),
    ],
  });
}

async function submit(submission: SubmissionCall): Promise<SubmissionAnswer> {
  const { upgradeId, call } = readMetadata(submission);
  const upgrade = await getUpgrade(call.context.db, call.actor.teamId, upgradeId);
  const entered: Move = {
    date: fieldOf(call, 'date'),
    time: fieldOf(call, 'time'),
    why: fieldOf(call, 'why'),
    choices: [],
  };
  const read = settled(entered, fieldOf(call, 'which'), upgrade.plan.window.timezone);
  if (read.kind === 'start') {
    await move(call, upgradeId, read.start, entered.why);
    return undefined;
  }
  await refuseUnlessAllowed(call, upgrade, 'reschedule');
  if (read.kind !== 'which') return { errors: { date: 'Choose a day and a time.' } };
  return { update: rescheduleForm(upgrade, call.metadata, { ...entered, choices: read.choices }) };
}

/** An answer to an earlier question counts only while it still is one of its choices. */
function settled({ date, time }: Move, which: string, zone: string): ReadStart {
  const read = readFields(date, time, zone);
  if (read.kind !== 'which' || !read.choices.includes(which)) return read;
  const [day = '', hour = ''] = which.split('T');
  return readFields(day, hour, zone);
}
