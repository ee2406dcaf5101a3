import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../../test/support/patience.ts';
import type { Sandbox } from '../index.ts';
import { buildBolt, buildClient, refusal, startHarbour } from '../testing.ts';

let sandbox: Sandbox;
let app: App;
/** What the app heard, in order. */
let heard: unknown[];

const room = 'CCRMUPGRADE';
const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const option = (value: string) => ({ text: plain(value), value });

const survey: ModalView = {
  type: 'modal',
  callback_id: 'survey.answer',
  title: plain('Survey'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'satisfaction',
      label: plain('Satisfied?'),
      element: { type: 'radio_buttons', action_id: 'value', options: ['1', '2', '3'].map(option) },
    },
    {
      type: 'input',
      block_id: 'difficult',
      optional: true,
      label: plain('What was difficult?'),
      element: {
        type: 'plain_text_input',
        action_id: 'value',
        multiline: true,
        min_length: 3,
        max_length: 10,
      },
    },
    {
      type: 'input',
      block_id: 'people',
      optional: true,
      label: plain('Who helped?'),
      element: { type: 'multi_users_select', action_id: 'value', max_selected_items: 2 },
    },
    {
      type: 'input',
      block_id: 'mail',
      optional: true,
      label: plain('E-mail'),
      element: { type: 'email_text_input', action_id: 'value' },
    },
    {
      type: 'input',
      block_id: 'minutes',
      optional: true,
      label: plain('Minutes lost'),
      element: { type: 'number_input', action_id: 'value', is_decimal_allowed: false, max_value: '60' },
    },
    {
      type: 'input',
      block_id: 'plan',
      optional: true,
      label: plain('File'),
      element: { type: 'file_input', action_id: 'value', max_files: 1 },
    },
  ],
};
const note = (text: string): ModalView => ({
  type: 'modal',
  title: plain('Note'),
  submit: plain('OK'),
  blocks: [{ type: 'section', text: plain(text) }],
});

beforeEach(async () => {
  sandbox = await startHarbour();
  app = buildBolt(sandbox);
  heard = [];
  app.command('/upgrade', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: survey });
  });
});

afterEach(async () => {
  await app.stop();
  await sandbox.close();
});

/** Starts the app and opens the survey for uma. */
async function openSurvey() {
  await app.start();
  const uma = sandbox.as('uma');
  await uma.command(room, '/upgrade');
  await vi.waitFor(() => expect(uma.modal()).toBeDefined(), PATIENCE);
  return uma;
}

describe('submitting a modal', () => {
  test('the app gets every value in the shape Slack gives it, and the modal closes', async () => {
    app.view('survey.answer', async ({ ack, view }) => {
      heard.push(view.state.values);
      await ack();
    });
    const uma = await openSurvey();
    const { id } = uma.uploadFile('plan.yaml', 'upgrade: x');
    const values = {
      satisfaction: '3',
      difficult: 'log-in',
      people: ['UDANA', 'UPRIYA'],
      minutes: 5,
      plan: id,
    };

    await expect(uma.submit(values)).resolves.toEqual({ result: 'closed' });

    expect(uma.modal()).toBeUndefined();
    expect(heard[0]).toMatchObject({
      satisfaction: { value: { type: 'radio_buttons', selected_option: { value: '3' } } },
      difficult: { value: { type: 'plain_text_input', value: 'log-in' } },
      people: { value: { selected_users: ['UDANA', 'UPRIYA'] } },
      mail: { value: { type: 'email_text_input', value: null } },
      minutes: { value: { type: 'number_input', value: '5' } },
      plan: { value: { files: [{ id, name: 'plan.yaml' }] } },
    });
  });

  test.each([
    ['a required field left out', {}, { satisfaction: 'Please complete this required field.' }],
    [
      'too short',
      { satisfaction: '1', difficult: 'no' },
      { difficult: 'This value must be at least 3 characters.' },
    ],
    [
      'too long',
      { satisfaction: '1', difficult: 'x'.repeat(11) },
      { difficult: 'This value must be at most 10 characters.' },
    ],
    ['no address', { satisfaction: '1', mail: 'uma' }, { mail: 'Please enter a valid email address.' }],
    ['no number', { satisfaction: '1', minutes: 'few' }, { minutes: 'Please enter a number.' }],
    ['a fraction', { satisfaction: '1', minutes: '1.5' }, { minutes: 'Please enter a whole number.' }],
    ['above the maximum', { satisfaction: '1', minutes: 61 }, { minutes: 'Please enter 60 or less.' }],
  ])('%s → the client objects and the app hears nothing', async (_, values, errors) => {
    app.view('survey.answer', async ({ ack }) => {
      heard.push('submission');
      await ack();
    });
    const uma = await openSurvey();
    await expect(uma.submit(values)).resolves.toEqual({ result: 'errors', errors, by: 'client' });
    expect(heard).toEqual([]);
    expect(uma.modal()).toBeDefined();
  });

  test.each([
    ['an option that is not offered', { satisfaction: '9' }, 'There is no option “9” here.'],
    ['more people than allowed', { people: ['UDANA', 'UPRIYA', 'USAM'] }, 'takes at most 2'],
    ['a person nobody knows', { people: 'UNOBODY' }, 'There is no person UNOBODY.'],
    ['an input that is not there', { colour: 'red' }, 'There is no input “colour/'],
  ])('%s cannot be entered', async (_, values, message) => {
    const uma = await openSurvey();
    await expect(uma.submit(values)).rejects.toThrow(message);
  });

  test('errors by the app → shown by block, what was typed stays', async () => {
    const errors = { difficult: 'Say more.' };
    app.view('survey.answer', ({ ack }) => ack({ response_action: 'errors', errors }));
    const uma = await openSurvey();
    await expect(uma.submit({ satisfaction: '1', difficult: 'hmm' })).resolves.toEqual({
      result: 'errors',
      errors,
      by: 'app',
    });
    expect(uma.modal()?.view.state.values.difficult?.value?.value).toBe('hmm');
  });

  test('errors for a block that is not there → Slack has trouble', async () => {
    app.view('survey.answer', ({ ack }) => ack({ response_action: 'errors', errors: { colour: 'No.' } }));
    const uma = await openSurvey();
    await expect(uma.submit({ satisfaction: '1' })).resolves.toMatchObject({ result: 'failed' });
  });

  test('update → the same modal with new blocks; push → one on top, close → back; clear → all gone', async () => {
    const answers = [
      { response_action: 'update', view: { ...note('Sure?'), callback_id: 'survey.answer' } },
      { response_action: 'push', view: { ...note('Really?'), callback_id: 'survey.answer' } },
      { response_action: 'clear' },
    ] as const;
    app.view('survey.answer', ({ ack }) => ack(answers[heard.push('submission') - 1] as never));
    const uma = await openSurvey();
    const first = uma.modal()?.view.id;

    await expect(uma.submit({ satisfaction: '1' })).resolves.toMatchObject({ result: 'updated' });
    expect(uma.modal()?.view.id).toBe(first);
    await expect(uma.submit()).resolves.toMatchObject({ result: 'pushed' });
    expect(uma.modal()?.stack.map((view) => view.previous_view_id)).toEqual([null, first]);
    await expect(uma.submit()).resolves.toEqual({ result: 'closed' });
    expect(uma.modal()).toBeUndefined();
  });

  test('no acknowledgement → the form stays open with what was typed', async () => {
    const uma = await openSurvey();
    await app.stop();
    await vi.waitFor(() => expect(sandbox.socket.connections).toBe(0), PATIENCE);
    await expect(uma.submit({ satisfaction: '2' })).resolves.toEqual({
      result: 'failed',
      failure: 'We had some trouble connecting. Try again?',
    });
    expect(uma.modal()?.view.state.values.satisfaction?.value?.selected_option).toMatchObject({ value: '2' });
  });
});

describe('views by trigger and hash', () => {
  const client = () => buildClient(sandbox);
  /** A trigger of uma's, fresh from a click payload. */
  async function trigger(): Promise<string> {
    const { ts = '' } = await client().chat.postMessage({
      channel: room,
      text: 'x',
      blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text: plain('Go') }] }],
    });
    return String(sandbox.as('uma').clickPayload({ channel: room, ts }, 'go').trigger_id);
  }

  test('a trigger works once', async () => {
    const trigger_id = await trigger();
    await client().views.open({ trigger_id, view: survey });
    await expect(refusal(client().views.open({ trigger_id, view: survey }))).resolves.toMatchObject({
      error: 'exchanged_trigger_id',
    });
  });

  test('a trigger is dead after 3 real seconds', async () => {
    const trigger_id = await trigger();
    const now = performance.now();
    const later = vi.spyOn(performance, 'now').mockReturnValue(now + 3001);
    const answer = await refusal(client().views.open({ trigger_id, view: survey })).finally(() =>
      later.mockRestore(),
    );
    expect(answer.error).toBe('expired_trigger_id');
  });

  test('a fourth view is too deep', async () => {
    await client().views.open({ trigger_id: await trigger(), view: note('1') });
    await client().views.push({ trigger_id: await trigger(), view: note('2') });
    await client().views.push({ trigger_id: await trigger(), view: note('3') });
    await expect(
      refusal(client().views.push({ trigger_id: await trigger(), view: note('4') })),
    ).resolves.toMatchObject({ error: 'push_limit_reached' });
  });

  test('an update with an old hash → hash_conflict; with the right one what was typed stays', async () => {
    const { view } = await client().views.open({ trigger_id: await trigger(), view: survey });
    await sandbox.as('uma').submit({ satisfaction: '2' });
    const update = { view_id: view?.id ?? '', view: { ...survey, title: plain('New') } };
    await expect(refusal(client().views.update({ ...update, hash: 'old' }))).resolves.toMatchObject({
      error: 'hash_conflict',
    });
    await client().views.update({ ...update, hash: view?.hash });
    expect(sandbox.as('uma').modal()?.view).toMatchObject({
      title: { text: 'New' },
      state: { values: { satisfaction: { value: { selected_option: { value: '2' } } } } },
    });
  });

  test('a closed modal tells the app when it asked for that', async () => {
    app.view({ callback_id: 'told', type: 'view_closed' }, async ({ ack, body }) => {
      await ack();
      heard.push(body.type);
    });
    await app.start();
    const view = { ...note('Bye'), callback_id: 'told', notify_on_close: true };
    await client().views.open({ trigger_id: await trigger(), view });
    await sandbox.as('uma').closeModal();
    await vi.waitFor(() => expect(heard).toEqual(['view_closed']), PATIENCE);
  });
});
