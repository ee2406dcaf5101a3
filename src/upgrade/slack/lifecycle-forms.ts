import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { input, modal, option, plain, textInput, textSection } from '../../slack/blocks.ts';
import { shorten } from '../../slack/inline.ts';
import { LIMITS } from '../../slack/limits.ts';
import { suggestKnownIssues } from '../complete-upgrade.ts';
import { localText } from '../plan/zoned-time.ts';
import { type AcceptanceResult, type Issue, keyOf, type Upgrade } from '../store.ts';
import { MOST_CHARACTERS } from '../written.ts';

export const CANCEL_FORM = 'upgrade.cancel.submit';
export const RESCHEDULE_FORM = 'upgrade.reschedule.submit';
export const COMPLETE_FORM = 'upgrade.complete.submit';
export const CHECKS = 'checks.';

/** Asks why; sending it off is the confirmation. */
export const cancelForm = (upgrade: Upgrade, metadata: string, why: string): ModalView =>
  modal({
    callbackId: CANCEL_FORM,
    title: `Cancel ${keyOf(upgrade)}`,
    submit: 'Cancel the upgrade',
    close: 'Keep it',
    metadata,
    blocks: [
      textSection(
        `${upgrade.plan.upgrade} will not take place. Everyone who was told of it hears so. This cannot be taken back.`,
      ),
      reason(why, 'Told to everyone who hears of the cancellation'),
    ],
  });

export interface Move {
  date: string;
  time: string;
  why: string;
  /** Where the clocks change at that hour: which of these is meant? */
  choices: string[];
}

/** As planned now. */
export function plannedMove(upgrade: Upgrade): Move {
  const local = localText(upgrade.startsAt, upgrade.plan.window.timezone);
  return { date: local.slice(0, 10), time: local.slice(11, 16), why: '', choices: [] };
}

export function rescheduleForm(upgrade: Upgrade, metadata: string, move: Move): ModalView {
  const { timezone } = upgrade.plan.window;
  const { date, time, why, choices } = move;
  return modal({
    callbackId: RESCHEDULE_FORM,
    title: `Move ${keyOf(upgrade)}`,
    submit: 'Move it',
    metadata,
    blocks: [
      textSection(
        `${upgrade.plan.upgrade}. The length of the window stays. Everyone who heard the old time hears the new one.`,
      ),
      input('date', { label: 'New start: day', element: { type: 'datepicker', initial_date: date } }),
      input('time', {
        label: `New start: time in ${timezone}`,
        element: { type: 'timepicker', initial_time: time },
      }),
      ...(choices.length > 0 ? [whichTime(choices)] : []),
      reason(why, 'Told together with the new time'),
    ],
  });
}

const whichTime = (choices: string[]): InputBlock =>
  input('which', {
    label: 'The clocks change at that hour. Which time is meant?',
    element: { type: 'radio_buttons', options: choices.map((choice) => option(choice, choice)) },
  });

const reason = (why: string, hint: string): InputBlock =>
  textInput('why', {
    label: 'Why',
    hint,
    initial: why,
    multiline: true,
    optional: true,
    maxLength: MOST_CHARACTERS,
  });

export interface Verified {
  verdicts: readonly AcceptanceResult[];
  issues: readonly Issue[];
}

/** The acceptance checks to tick, what changed, and what is known to be wrong. */
export function completeForm(upgrade: Upgrade, metadata: string, { verdicts, issues }: Verified): ModalView {
  const passed = new Set(verdicts.filter((each) => each.passed).map(({ number }) => number));
  return modal({
    callbackId: COMPLETE_FORM,
    title: `Complete ${keyOf(upgrade)}`,
    submit: 'Complete',
    metadata,
    blocks: [
      textSection(
        `${upgrade.plan.upgrade}. Everyone who was told of the window hears that the service is available again, with what you write here.`,
      ),
      ...checkboxes(upgrade, passed),
      textInput('what_changed', {
        label: 'What changed for users',
        initial: upgrade.plan.impact.changes.join('\n'),
        multiline: true,
        optional: true,
        maxLength: MOST_CHARACTERS,
      }),
      textInput('known_issues', {
        label: 'Known issues',
        hint: 'With when they are expected to be fixed',
        initial: suggestKnownIssues(issues),
        multiline: true,
        optional: true,
        maxLength: MOST_CHARACTERS,
      }),
    ],
  });
}

/** Ten to a block, which is the most that Slack takes. */
function checkboxes({ plan }: Upgrade, passed: ReadonlySet<number>): KnownBlock[] {
  const options = plan.acceptance.map(({ check, core }, index) => ({
    number: index + 1,
    option: checkOption(`${core ? 'Core: ' : ''}${check}`, index + 1),
  }));
  const groups = Array.from({ length: Math.ceil(options.length / LIMITS.choices) }, (_, index) =>
    options.slice(index * LIMITS.choices, (index + 1) * LIMITS.choices),
  );
  return groups.map((group, index) => {
    const initial = group.filter(({ number }) => passed.has(number)).map((each) => each.option);
    return input(`${CHECKS}${index + 1}`, {
      label: index === 0 ? 'Acceptance checks that passed' : 'More acceptance checks that passed',
      hint: index === 0 ? 'Every core check must pass.' : undefined,
      optional: true,
      element: {
        type: 'checkboxes',
        options: group.map((each) => each.option),
        ...(initial.length > 0 ? { initial_options: initial } : {}),
      },
    });
  });
}

/** Slack cuts an option at 75 characters; the rest of a longer check stands below it. */
function checkOption(check: string, number: number) {
  if (check.length <= LIMITS.optionText) return option(check, String(number));
  const at = check.lastIndexOf(' ', LIMITS.optionText - 1);
  const cut = at > LIMITS.optionText / 2 ? at : LIMITS.optionText - 1;
  return {
    ...option(check.slice(0, cut), String(number)),
    description: plain(shorten(check.slice(cut).trim(), LIMITS.optionText), LIMITS.optionText),
  };
}
