import type { Button } from '@slack/types';
import { type ButtonOptions, button } from '../slack/blocks.ts';
import { type Member, mayAct, rolesOf } from './authority.ts';
import { decideTransition, type State, type Verb } from './lifecycle.ts';
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

/** The buttons of what may follow this state, whoever looks at them; the verb behind each checks who may. */
export function offersIn(upgrade: Pick<Upgrade, 'id' | 'state'>, openIssues: number): Button[] {
  return LOOKS.filter(([verb]) => follows(upgrade.state, verb, openIssues)).map(([, look]) =>
    button({ ...look, value: String(upgrade.id) }),
  );
}

/** The button of one verb, whether or not it may follow; undefined for what is not done by a button. */
export function findOffer(
  upgrade: Pick<Upgrade, 'id'>,
  verb: Verb,
): (ButtonOptions & { value: string }) | undefined {
  const look = LOOKS.find(([each]) => each === verb)?.[1];
  return look && { ...look, value: String(upgrade.id) };
}

/** Only the buttons of what this person can do now. */
export function offersFor(
  upgrade: Upgrade,
  person: { userId: string; member: Member },
  openIssues: number,
): Button[] {
  const roles = rolesOf(upgrade.plan, person.userId, { plannerId: upgrade.createdBy });
  return LOOKS.filter(
    ([verb]) =>
      follows(upgrade.state, verb, openIssues) && mayAct({ verb, roles, member: person.member }).allowed,
  ).map(([, look]) => button({ ...look, value: String(upgrade.id) }));
}

const follows = (state: State, verb: Verb, openIssues: number): boolean =>
  'to' in decideTransition(state, verb) && (verb !== 'resolve' || openIssues > 0);

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
