import type { Button } from '@slack/types';
import { type ButtonOptions, button } from '../slack/blocks.ts';
import { type Member, mayAct, rolesOf } from './authority.ts';
import { decideNow, isPastNoReturn } from './decide-now.ts';
import type { Verb } from './lifecycle.ts';
import type { Situation } from './situation.ts';
import { keyOf, type Upgrade } from './store.ts';

type Look = Omit<ButtonOptions, 'value'>;

/** The button of each verb that is done by a button, in the order in which they are shown. */
const LOOKS: [Verb, Look][] = [
  ['plan', { text: 'Edit the plan', actionId: 'planning.edit' }],
  ['schedule', { text: 'Schedule', actionId: 'upgrade.schedule', style: 'primary' }],
  [
    'start',
    {
      text: 'Start',
      actionId: 'upgrade.start',
      style: 'primary',
      confirm: {
        title: 'Start now?',
        text: 'Everyone in the plan hears that the work has begun, and heartbeats count from now.',
        confirm: 'Start',
        deny: 'Not yet',
      },
    },
  ],
  ['status', { text: 'Give a status', actionId: 'upgrade.status' }],
  ['issue', { text: 'Report an issue', actionId: 'upgrade.issue' }],
  ['resolve', { text: 'Resolve an issue', actionId: 'upgrade.resolve' }],
  ['ask_rollback', { text: 'Ask for a rollback decision', actionId: 'rollback.ask' }],
  [
    'verify',
    {
      text: 'Technical work is done',
      actionId: 'upgrade.done',
      style: 'primary',
      confirm: {
        title: 'Is the technical work done?',
        text: 'Verification begins: the acceptance checks come next. This cannot be taken back.',
        confirm: 'Work is done',
        deny: 'Not yet',
      },
    },
  ],
  ['complete', { text: 'Complete…', actionId: 'upgrade.done', style: 'primary' }],
  [
    'rolled_back',
    {
      text: 'The old version runs again',
      actionId: 'upgrade.done',
      style: 'primary',
      confirm: {
        title: 'Is the rollback done?',
        text: 'Everyone who was told of the window hears that the old version is running.',
        confirm: 'Rolled back',
        deny: 'Not yet',
      },
    },
  ],
  ['reschedule', { text: 'Move…', actionId: 'upgrade.reschedule' }],
  ['cancel', { text: 'Cancel the upgrade…', actionId: 'upgrade.cancel', style: 'danger' }],
  [
    'close',
    {
      text: 'Close',
      actionId: 'upgrade.close',
      confirm: {
        title: 'Close this upgrade?',
        text: 'It has been stable for its monitoring time. The record stays.',
        confirm: 'Close it',
        deny: 'Not yet',
      },
    },
  ],
];

/** What `Start` becomes after the point of no return. */
const START_ALL_THE_SAME: Look = {
  text: 'Start all the same',
  actionId: 'upgrade.start.anyway',
  style: 'danger',
  confirm: {
    title: 'Start so late?',
    text: 'A rollback no longer fits into the window. Everyone in the plan hears that the work has begun, and the sponsor is asked at once whether to keep going.',
    confirm: 'Start',
    deny: 'Not now',
  },
};

const lookOf = (upgrade: Upgrade, verb: Verb, look: Look, now: Date): ButtonOptions & { value: string } => ({
  ...(verb === 'start' && isPastNoReturn(upgrade, now) ? START_ALL_THE_SAME : look),
  value: String(upgrade.id),
});

/** The buttons of what can be done now, whoever looks at them; the verb behind each checks who may. */
export function offersIn(upgrade: Upgrade, situation: Situation): Button[] {
  return LOOKS.filter(([verb]) => isPossible(upgrade, verb, situation)).map(([verb, look]) =>
    button(lookOf(upgrade, verb, look, situation.now)),
  );
}

/** The button of one verb, whether or not it can be done now; undefined for what is not done by a button. */
export function findOffer(
  upgrade: Upgrade,
  verb: Verb,
  now: Date,
): (ButtonOptions & { value: string }) | undefined {
  const look = LOOKS.find(([each]) => each === verb)?.[1];
  return look && lookOf(upgrade, verb, look, now);
}

/** Only the buttons of what this person can do now. */
export function offersFor(
  upgrade: Upgrade,
  person: { userId: string; member: Member },
  situation: Situation,
): Button[] {
  const roles = rolesOf(upgrade.plan, person.userId, { plannerId: upgrade.createdBy });
  return LOOKS.filter(
    ([verb]) =>
      isPossible(upgrade, verb, situation) && mayAct({ verb, roles, member: person.member }).allowed,
  ).map(([verb, look]) => button(lookOf(upgrade, verb, look, situation.now)));
}

const isPossible = (upgrade: Upgrade, verb: Verb, situation: Situation): boolean =>
  'to' in decideNow(upgrade, verb, situation) && (verb !== 'resolve' || situation.openIssues > 0);

const LOOKING: Look[] = [
  { text: 'Show', actionId: 'planning.show' },
  { text: 'Preview messages', actionId: 'planning.preview' },
  { text: 'Record', actionId: 'timeline.record' },
];

/** What everybody may: `Show`, the preview while messages are still to come, `Record` once there is something on it. */
export function lookingButtons(upgrade: Pick<Upgrade, 'id' | 'state'>, show = true): Button[] {
  const early = upgrade.state === 'draft' || upgrade.state === 'scheduled';
  const [showing, preview, record] = LOOKING.map((look) => button({ ...look, value: String(upgrade.id) }));
  return [show ? showing : undefined, early ? preview : undefined, early ? undefined : record].filter(
    (each) => each !== undefined,
  );
}

/** `UP-12 CRM 8 to CRM 9`. */
export const titleOf = (upgrade: Pick<Upgrade, 'number' | 'plan'>): string =>
  `${keyOf(upgrade)} ${upgrade.plan.upgrade}`;
