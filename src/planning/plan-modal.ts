import type { KnownBlock, ModalView } from '@slack/types';
import { input, markedSection, modal, option } from '../slack/blocks.ts';
import { LIMITS } from '../slack/limits.ts';
import type { FormValues } from '../slack/surface.ts';
import { REASONS, SCOPES } from '../upgrade/plan/schema.ts';
import { startChoices, textOf } from './form-values.ts';
import { channel, channels, header, line, people, person, radio, select } from './plan-inputs.ts';

export const PLAN_SUBMIT = 'planning.plan.submit';

/** Lists that may be longer in a file than an input holds. */
const MAY_BE_LONG = ['rollback.steps', 'acceptance', 'impact.changes'];

/**
 * The form of a plan, filled with these values. Block ids are paths of the plan. Where the start is in the hour that
 * happens twice, it asks which is meant.
 */
export function planModal(
  values: FormValues,
  { title, submit, metadata }: { title: string; submit: string; metadata: string },
): ModalView {
  const held = tooLong(values);
  const blocks = [
    ...aboutIt(values),
    ...theWindow(values),
    ...thePeople(values),
    ...theUsers(values),
    ...theMessages(values),
    ...theEnd(values),
  ].filter((block) => !held.includes(block.block_id ?? ''));
  const note = `Too long for a form, so kept as it is: ${held.join(', ')}. Change it with /upgrade import.`;
  return modal({
    callbackId: PLAN_SUBMIT,
    title,
    submit,
    close: 'Discard',
    metadata,
    blocks: held.length > 0 ? [...blocks, markedSection(note)] : blocks,
  });
}

/** Inputs whose present value Slack would refuse; they are left out, and what they hold is kept. */
const tooLong = (values: FormValues): string[] =>
  MAY_BE_LONG.filter((key) => textOf(values[key]).length > LIMITS.plainTextInput);

function aboutIt(values: FormValues): KnownBlock[] {
  return [
    line(values, 'upgrade', {
      label: 'What is upgraded',
      placeholder: 'CRM 8 to CRM 9',
      hint: 'The name in every message',
      maxLength: 80,
    }),
    line(values, 'system', { label: 'System', placeholder: 'crm', maxLength: 60 }),
    line(values, 'versions.from', { label: 'Version now', placeholder: '8.4.2', maxLength: 40 }),
    line(values, 'versions.to', { label: 'Version afterwards', placeholder: '9.0.1', maxLength: 40 }),
    select(values, 'scope', 'Scope', SCOPES),
    select(values, 'reason.kind', 'Kind of reason', REASONS),
    line(values, 'reason.statement', {
      label: 'Why',
      multiline: true,
      maxLength: 400,
      placeholder: 'CRM 8 gets no security fixes after 31 January',
      hint: 'In practical terms; “a new version exists” is no reason',
    }),
  ];
}

function theWindow(values: FormValues): KnownBlock[] {
  const date = textOf(values['window.date']);
  const time = textOf(values['window.time']);
  return [
    header('When'),
    input('window.date', {
      label: 'Date',
      element: { type: 'datepicker', ...(date ? { initial_date: date } : {}) },
    }),
    input('window.time', {
      label: 'Start',
      hint: 'In the time zone below',
      element: { type: 'timepicker', ...(time ? { initial_time: time } : {}) },
    }),
    ...whichOfTwo(values),
    line(values, 'window.timezone', {
      label: 'Time zone',
      placeholder: 'Europe/Berlin',
      maxLength: 60,
      hint: 'The zone that the start is meant in. Each reader sees their own.',
    }),
    line(values, 'window.phases', {
      label: 'Phases and how long each takes',
      multiline: true,
      maxLength: 1_000,
      hint: '15m, 2h, 1h30m. The window holds all of them, so that a rollback still fits.',
    }),
    line(values, 'window.length', {
      label: 'Length of the window',
      optional: true,
      maxLength: 20,
      hint: 'Only if it is longer than its phases together; the rest is room for repair',
    }),
  ];
}

/** Asked only where clocks go back over the start. */
function whichOfTwo(values: FormValues): KnownBlock[] {
  const chosen = textOf(values['window.choice']);
  const choices = chosen ? startChoices({ ...values, 'window.choice': undefined }) : startChoices(values);
  if (choices.length === 0) return [];
  const label = `${textOf(values['window.time'])} happens twice that night. Which is meant?`;
  const options = choices.map((text, index) =>
    option(`The ${index === 0 ? 'first' : 'second'}, UTC${text.slice(16)}`, text),
  );
  const initial = options.find(({ value }) => value === chosen);
  return [
    input('window.choice', {
      label,
      element: { type: 'radio_buttons', options, ...(initial ? { initial_option: initial } : {}) },
    }),
  ];
}

function thePeople(values: FormValues): KnownBlock[] {
  return [
    header('Who'),
    person(values, 'people.lead', { label: 'Lead', hint: 'Runs the technical work' }),
    person(values, 'people.sponsor', { label: 'Sponsor', hint: 'Decides on a rollback; not the lead' }),
    person(values, 'people.deputy', {
      label: 'Deputy sponsor',
      hint: 'Decides when the sponsor does not answer in time',
    }),
    person(values, 'people.communicator', {
      label: 'Communicator',
      hint: 'Gives the status line for each heartbeat',
    }),
    person(values, 'people.crisis-speaker', {
      label: 'Crisis speaker',
      hint: 'Speaks to customers if downtime turns major',
      optional: true,
    }),
    people(values, 'people.operations', 'Operations, who take over afterwards'),
    people(values, 'people.consulted', 'Consulted: product, customer support, others'),
    channel(values, 'channels.room', 'Room: the channel that the upgrade is run in', false),
    channel(values, 'channels.support', 'Where users ask for help', true),
  ];
}

function theUsers(values: FormValues): KnownBlock[] {
  return [
    header('Who is affected, and how'),
    channels(values, 'channels.announce', 'Channels for announcements'),
    channels(values, 'audience.channels', 'Channels of those affected'),
    line(values, 'audience.groups', {
      label: 'User groups of those affected',
      placeholder: '@field-sales, @support-team',
      optional: true,
    }),
    people(values, 'audience.users', 'Single people affected'),
    line(values, 'impact.downtime', { label: 'Expected downtime', placeholder: '2h', maxLength: 20 }),
    line(values, 'impact.changes', { label: 'What changes, one per line', multiline: true, optional: true }),
    line(values, 'impact.limits', {
      label: 'What does not work meanwhile',
      multiline: true,
      optional: true,
      maxLength: 400,
    }),
    line(values, 'impact.avoid', {
      label: 'What users should not do meanwhile',
      multiline: true,
      optional: true,
      maxLength: 400,
    }),
    line(values, 'impact.contact', { label: 'Whom to ask', optional: true, maxLength: 200 }),
  ];
}

function theMessages(values: FormValues): KnownBlock[] {
  return [
    header('Messages'),
    line(values, 'communication.notices', {
      label: 'Notices before the start',
      placeholder: '7d, 1d, 1h, 15m',
      maxLength: 100,
    }),
    line(values, 'communication.heartbeat', {
      label: 'A heartbeat every',
      placeholder: '30m',
      maxLength: 20,
      hint: '5m to 120m',
    }),
    line(values, 'communication.survey', {
      label: 'Survey after completion',
      placeholder: '7d',
      maxLength: 20,
      hint: 'In days; or off',
    }),
  ];
}

function theEnd(values: FormValues): KnownBlock[] {
  return [
    header('Rollback and acceptance'),
    radio(values, 'rollback.on-silence', 'If neither sponsor nor deputy decides in time', [
      ['roll-back', 'Roll back'],
      ['keep-going', 'Keep going'],
    ]),
    line(values, 'rollback.answer-within', {
      label: 'Time to answer',
      hint: 'For each of the two',
      maxLength: 20,
    }),
    line(values, 'rollback.extension', { label: '“More time” gives', maxLength: 20 }),
    line(values, 'rollback.steps', {
      label: 'Steps of the rollback, one per line',
      multiline: true,
      optional: true,
    }),
    line(values, 'rollback.data-loss', {
      label: 'What data a rollback may lose',
      multiline: true,
      optional: true,
      maxLength: 400,
    }),
    radio(values, 'rollback.after-migration', 'After data was migrated, a rollback is', [
      ['possible', 'Still possible'],
      ['forward-only', 'Not possible: only repair forward'],
    ]),
    line(values, 'acceptance', {
      label: 'Acceptance checks, one per line',
      multiline: true,
      optional: true,
      placeholder: 'core: Sales can log in',
      hint: 'Begin with “core:” what must pass before the upgrade is complete',
    }),
  ];
}
