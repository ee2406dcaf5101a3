import type { Button } from '@slack/types';
import { type ButtonOptions, button } from '../../slack/blocks.ts';
import { sayMinutes } from '../../templates/values.ts';
import { decideTransition, type State, type Verb } from '../lifecycle.ts';
import { keyOf, type Upgrade } from '../store.ts';
import { deriveWindow } from '../window.ts';

/** What a person can do to an upgrade by a click; `done` means the next step towards its end, whatever that is now. */
export type Act =
  | 'schedule'
  | 'reschedule'
  | 'cancel'
  | 'start'
  | 'status'
  | 'issue'
  | 'resolve'
  | 'done'
  | 'close';

/** The verb that `done` stands for in this state; undefined where there is nothing to finish. */
export const finishingVerb = (state: State): Verb | undefined =>
  (['verify', 'complete', 'rolled_back'] as const).find((verb) => 'to' in decideTransition(state, verb));

/** The verb behind an act, as things stand. */
export const verbOf = (act: Act, state: State): Verb =>
  act === 'done' ? (finishingVerb(state) ?? 'complete') : act;

/** The button for an act on this upgrade. It says what is meant; whether it is allowed is decided at the click. */
export function actButton(act: Act, upgrade: Upgrade): Button {
  const look = act === 'done' ? finishing(upgrade) : LOOKS[act](upgrade);
  return button({ ...look, actionId: `upgrade.${act}`, value: String(upgrade.id) });
}

type Look = Pick<ButtonOptions, 'text' | 'style' | 'confirm'>;

const LOOKS: Record<Exclude<Act, 'done'>, (upgrade: Upgrade) => Look> = {
  schedule: (upgrade) => ({
    text: 'Schedule',
    style: 'primary',
    confirm: {
      title: `Schedule ${keyOf(upgrade)}?`,
      text: `${upgrade.plan.upgrade}. From now on its messages go out at their times; the plan can then be moved or cancelled, not edited.`,
      confirm: 'Schedule',
      deny: 'Not yet',
    },
  }),
  reschedule: () => ({ text: 'Reschedule' }),
  cancel: () => ({ text: 'Cancel upgrade', style: 'danger' }),
  start: (upgrade) => ({
    text: 'Start',
    style: 'primary',
    confirm: {
      title: `Start ${keyOf(upgrade)} now?`,
      text: `${upgrade.plan.upgrade}. Everyone is told that the work has begun, and hears an update every ${sayMinutes(upgrade.plan.communication.heartbeat)}. The window lasts ${sayMinutes(windowMinutes(upgrade))}.`,
      confirm: 'Start',
      deny: 'Not yet',
    },
  }),
  status: () => ({ text: 'Status' }),
  issue: () => ({ text: 'Report issue' }),
  resolve: () => ({ text: 'Resolve issue' }),
  close: (upgrade) => ({
    text: 'Close',
    confirm: {
      title: `Close ${keyOf(upgrade)}?`,
      text: `${upgrade.plan.upgrade} has been stable for its monitoring time. After that, nothing can be changed any more.`,
      confirm: 'Close',
      deny: 'Not yet',
    },
  }),
};

function finishing(upgrade: Upgrade): Look {
  switch (finishingVerb(upgrade.state)) {
    case 'verify':
      return {
        text: 'Work done: verify',
        style: 'primary',
        confirm: {
          title: `Is the work on ${keyOf(upgrade)} done?`,
          text: 'The acceptance checks begin. A rollback stays possible.',
          confirm: 'Verify',
          deny: 'Not yet',
        },
      };
    case 'rolled_back':
      return {
        text: 'Rolled back',
        style: 'primary',
        confirm: {
          title: `Does the old version of ${keyOf(upgrade)} run again?`,
          text: 'Everyone who was told of the window hears that it is rolled back.',
          confirm: 'It runs again',
          deny: 'Not yet',
        },
      };
    default:
      return { text: 'Complete…', style: 'primary' };
  }
}

function windowMinutes({ plan, startsAt }: Upgrade): number {
  const { start, end } = deriveWindow(plan, startsAt);
  return (end.getTime() - start.getTime()) / 60_000;
}
