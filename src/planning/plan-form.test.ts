import { describe, expect, test } from 'vitest';
import { shippedPlan } from '../../test/support/context.ts';
import { RecordingSlack, TEAM } from '../../test/support/recording-slack.ts';
import { checkView } from '../sandbox/validate/view.ts';
import type { FormValues } from '../slack/surface.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { lengthOf } from '../upgrade/window.ts';
import { newPlanValues, startChoices, startText, valuesOf } from './form-values.ts';
import { planModal } from './plan-modal.ts';
import { readForm, underInputs } from './read-plan.ts';

const slack = new RecordingSlack();
const reading = { slack, teamId: TEAM, now: new Date('2026-11-20T09:00:00Z') };
const shipped = ['crm-migration', 'postgresql-major-version', 'ci-pipeline-upgrade'];
const SHOWN = { title: 'Plan', submit: 'Save', metadata: '{}' };

/** What Slack would send back of a form that shows these values: every input, filled or not. */
function submitted(values: FormValues): FormValues {
  const inputs = planModal(values, SHOWN).blocks.flatMap((block) =>
    block.type === 'input' ? [block.block_id ?? ''] : [],
  );
  return Object.fromEntries(inputs.map((key) => [key, values[key] === '' ? undefined : values[key]]));
}

/** The form holds the length of a window, which says the same as its end. */
function withoutEnd(plan: ResolvedPlan): ResolvedPlan {
  const { end, ...window } = plan.window;
  return end ? { ...plan, window: { ...window, length: lengthOf(plan) } } : plan;
}

const filledIn: FormValues = {
  ...newPlanValues({ userId: 'UDANA', zone: 'Europe/Berlin', room: 'CCRMUPGRADE' }),
  upgrade: 'Mail 1 to 2',
  system: 'mail',
  'versions.from': '1.9',
  'versions.to': '2.10',
  scope: 'major',
  'reason.kind': 'security',
  'reason.statement': 'Mails could be read by others',
  'window.date': '2026-12-12',
  'people.sponsor': 'UPRIYA',
  'people.deputy': 'USAM',
  'people.communicator': 'UUMA',
  'impact.downtime': '1h',
};

describe('the form of a plan', () => {
  test.each(shipped)('%s: opened and submitted unchanged, it stays the same plan', async (name) => {
    const plan = await shippedPlan(slack, name);
    const read = await readForm(submitted(valuesOf(plan)), reading, plan);
    expect(read.problems).toBeUndefined();
    expect(read.plan).toEqual(withoutEnd(plan));
  });

  test.each(shipped)('%s: Slack takes the form', async (name) => {
    const view = planModal(valuesOf(await shippedPlan(slack, name)), SHOWN);
    expect(() => checkView(view, 'modal')).not.toThrow();
  });

  test('Slack takes the form of a new plan', () => {
    const view = planModal(newPlanValues({ userId: 'UDANA', zone: 'Asia/Kolkata' }), SHOWN);
    expect(() => checkView(view, 'modal')).not.toThrow();
  });

  test('a new plan is read, with versions kept as they were typed', async () => {
    const { plan } = await readForm(submitted(filledIn), reading);
    expect(plan).toMatchObject({
      upgrade: 'Mail 1 to 2',
      versions: { from: '1.9', to: '2.10' },
      window: { start: '2026-12-12T22:00', timezone: 'Europe/Berlin' },
      resolved: true,
    });
  });

  test('what was emptied in the form is gone; what the form does not hold stays', async () => {
    const plan = await shippedPlan(slack);
    const values = { ...submitted(valuesOf(plan)), 'impact.limits': undefined, 'people.consulted': [] };
    const read = await readForm(values, reading, plan);
    expect(read.plan?.impact.limits).toBeUndefined();
    expect(read.plan?.people.consulted).toEqual([]);
    expect(read.plan?.risks).toEqual(plan.risks);
    expect(read.plan?.impact.cost).toEqual(plan.impact.cost);
  });

  test('a key that is no input of the form reaches nothing', async () => {
    const plan = await shippedPlan(slack);
    await readForm({ ...submitted(valuesOf(plan)), '__proto__.reached': 'x' }, reading, plan);
    expect('reached' in {}).toBe(false);
  });

  test('a window with an end of its own keeps its length when its start is moved', async () => {
    const shorter = await shippedPlan(slack);
    const plan: ResolvedPlan = { ...shorter, window: { ...shorter.window, end: '2026-12-06T04:00' } };
    const read = await readForm({ ...submitted(valuesOf(plan)), 'window.date': '2026-12-12' }, reading, plan);
    expect(read.plan?.window).toMatchObject({ start: '2026-12-12T22:00', length: 360 });
    expect(read.plan?.window.end).toBeUndefined();
  });

  test('a list that is longer than an input holds is left out of the form, said, and kept', async () => {
    const plan = await shippedPlan(slack);
    const steps = Array.from({ length: 30 }, (_, index) => `${index + 1} ${'x'.repeat(250)}`);
    const long: ResolvedPlan = { ...plan, rollback: { ...plan.rollback, steps } };
    const view = planModal(valuesOf(long), SHOWN);
    expect(() => checkView(view, 'modal')).not.toThrow();
    expect(JSON.stringify(view.blocks.at(-1))).toContain('rollback.steps');
    const read = await readForm(submitted(valuesOf(long)), reading, long);
    expect(read.plan?.rollback.steps).toEqual(steps);
  });
});

describe('what is wrong with what was filled in', () => {
  const wrong: [string, FormValues, string, RegExp][] = [
    ['sponsor = lead', { 'people.sponsor': 'UDANA' }, 'people.sponsor', /also the lead/],
    ['no such zone', { 'window.timezone': 'Europe/Berln' }, 'window.timezone', /Europe\/Berlin/],
    ['a start in the past', { 'window.date': '2026-11-01' }, 'window.time', /already passed/],
    [
      'a start in a gap of the clocks',
      { 'window.date': '2027-03-28', 'window.time': '02:30' },
      'window.time',
      /does not exist/,
    ],
    ['a phase misspelt', { 'window.phases': 'executoin 90m' }, 'window.phases', /Did you mean execution/],
    ['a phase without a length', { 'window.phases': 'preparation' }, 'window.phases', /window\.phases/],
    ['too short a window', { 'window.length': '2h' }, 'window.length', /too short/],
    ['a group that does not exist', { 'audience.groups': '@nobody' }, 'audience.groups', /no user group/],
    [
      'a deactivated person',
      { 'people.operations': ['UGONE'] },
      'people.operations',
      /^Gero Neumann has a deactivated/,
    ],
    ['a heartbeat too rare', { 'communication.heartbeat': '3h' }, 'communication.heartbeat', /.+/],
  ];

  test.each(wrong)('%s is said under its input', async (_what, change, input, said) => {
    const values = submitted({ ...filledIn, ...change });
    const { problems } = await readForm(values, reading);
    expect(underInputs(problems ?? [], Object.keys(values))[input]).toMatch(said);
  });

  test('a problem that belongs to no input stands under the first', () => {
    const errors = underInputs(
      [{ path: 'risks.0', message: 'One.' }, { message: 'Two.' }],
      ['upgrade', 'system'],
    );
    expect(errors).toEqual({ upgrade: 'One. Two.' });
  });
});

describe('a start in the hour that happens twice', () => {
  const twice = { ...filledIn, 'window.date': '2027-10-31', 'window.time': '02:30' };

  test('the form asks which is meant, and takes the answer', async () => {
    const choices = startChoices(twice);
    expect(choices).toEqual(['2027-10-31T02:30+02:00', '2027-10-31T02:30+01:00']);
    expect(submitted(twice)).toHaveProperty(['window.choice']);
    const chosen = { ...twice, 'window.choice': choices[1] };
    expect(startChoices(chosen)).toEqual([]);
    expect((await readForm(submitted(chosen), reading)).plan?.window.start).toBe('2027-10-31T02:30+01:00');
  });

  test('an answer that was given for another date is not taken', () => {
    const moved = { ...twice, 'window.date': '2028-10-29', 'window.choice': '2027-10-31T02:30+01:00' };
    expect(startText(moved)).toBe('2028-10-29T02:30');
  });
});
