import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumPath } from '../../../test/support/chromium.ts';
import { startWorld, type World } from '../../../test/support/page-world.ts';
import { PATIENCE } from '../../../test/support/patience.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const option = (value: string) => ({ text: plain(value), value });
const input = (block_id: string, element: object, more: object = {}) => ({
  type: 'input',
  block_id,
  label: plain(block_id),
  element: { action_id: 'value', ...element },
  ...more,
});
const modal = (callback_id: string, blocks: object[]) =>
  ({ type: 'modal', callback_id, title: plain(callback_id), submit: plain('Save'), blocks }) as never;

const everyInput = [
  input('name', { type: 'plain_text_input', min_length: 3, max_length: 10 }),
  input('why', { type: 'plain_text_input', multiline: true }, { optional: true }),
  input('kind', { type: 'static_select', options: [option('security'), option('feature')] }),
  input('scope', { type: 'radio_buttons', options: [option('patch'), option('major')] }),
  input('notices', { type: 'checkboxes', options: [option('7d'), option('1d')] }, { optional: true }),
  input('people', { type: 'multi_users_select', max_selected_items: 2 }),
  input('start', { type: 'datetimepicker' }),
  input('day', { type: 'datepicker', initial_date: '2026-12-19' }),
  input('minutes', { type: 'number_input', is_decimal_allowed: false, min_value: '5' }),
  input('plan', { type: 'file_input', filetypes: ['yaml'], max_files: 1 }, { optional: true }),
];

describe.skipIf(!chromiumPath)('modals in a browser', () => {
  let world: World;
  const pages: Page[] = [];
  const submitted: Record<string, Record<string, Record<string, unknown>>>[] = [];

  beforeAll(async () => {
    world = await startWorld();
    const views: Record<string, never> = {
      every: modal('every', everyInput),
      errors: modal('errors', [
        input('name', { type: 'plain_text_input' }),
        input('other', { type: 'plain_text_input' }),
      ]),
      push: modal('push', [input('name', { type: 'plain_text_input' })]),
      update: modal('update', [
        input(
          'kind',
          { type: 'static_select', options: [option('a'), option('b')] },
          { dispatch_action: true },
        ),
        input('name', { type: 'plain_text_input' }),
      ]),
    };
    world.app.command('/upgrade', async ({ ack, command, client }) => {
      await ack();
      const view = views[command.text];
      if (view) await client.views.open({ trigger_id: command.trigger_id, view });
    });
    world.app.view('every', async ({ ack, view }) => {
      submitted.push(view.state.values as never);
      await ack();
    });
    world.app.view('errors', async ({ ack }) => {
      await ack({ response_action: 'errors', errors: { name: 'This name is taken.' } });
    });
    world.app.view('push', async ({ ack }) => {
      await ack({
        response_action: 'push',
        view: modal('second', [input('more', { type: 'plain_text_input' })]),
      });
    });
    world.app.view('second', async ({ ack }) => ack({ response_action: 'clear' }));
    world.app.action('value', async ({ ack, body, client }) => {
      await ack();
      if (!('view' in body) || !body.view) return;
      submitted.push(body.view.state.values as never);
      const blocks = [...body.view.blocks, { type: 'section', text: plain('Chosen') }];
      await client.views.update({ view_id: body.view.id, view: modal('update', blocks as object[]) });
    });
  }, 60_000);

  afterEach(async () => {
    submitted.length = 0;
    await Promise.all(pages.splice(0).map((page) => page.close()));
  });

  afterAll(() => world?.close());

  async function openModal(user: string, which: string): Promise<Page> {
    const page = await world.open(user);
    pages.push(page);
    await page.getByTestId('composer').fill(`/upgrade ${which}`);
    await page.getByTestId('composer').press('Enter');
    await page.getByTestId('modal').waitFor();
    return page;
  }

  test('required and malformed fields are said at the field, and nothing is sent', async () => {
    const page = await openModal('UDANA', 'every');
    await page.getByTestId('input-name').fill('far too long a name');
    await page.getByTestId('input-minutes').fill('2');
    await page.getByTestId('modal-submit').click();
    expect(await page.getByTestId('error-name').textContent()).toContain('at most 10 characters');
    expect(await page.getByTestId('error-kind').textContent()).toContain('complete this required field');
    expect(await page.getByTestId('error-scope').textContent()).toContain('complete this required field');
    expect(await page.getByTestId('error-minutes').textContent()).not.toBe('');
    expect(await page.getByTestId('error-why').isVisible()).toBe(false);
    expect(await page.getByTestId('input-name').inputValue()).toBe('far too long a name');
    expect(submitted).toEqual([]);
  });

  test('every kind of input arrives as it was entered, times from the person’s zone', async () => {
    const page = await openModal('UPRIYA', 'every');
    await page.getByTestId('input-name').fill('CRM 9');
    await page.getByTestId('input-why').fill('one\ntwo');
    await page.getByTestId('input-kind').selectOption('security');
    await page.getByTestId('input-scope').getByLabel('major').check();
    await page.getByTestId('input-notices').getByLabel('1d').check();
    await page.getByTestId('input-people').locator('summary').click();
    for (const person of ['UDANA', 'USAM', 'UUMA'])
      await page.getByTestId(`option-${person}`).locator('input').click();
    await page.getByTestId('input-start').fill('2026-12-05T17:00');
    await page.getByTestId('input-minutes').fill('90');
    await page
      .getByTestId('input-plan')
      .setInputFiles({ name: 'crm.yaml', mimeType: 'text/yaml', buffer: Buffer.from('a: 1') });
    await page.getByTestId('modal-submit').click();
    await page.getByTestId('modal').waitFor({ state: 'detached' });
    const value = (block: string) => submitted[0]?.[block]?.value;
    expect(value('name')).toMatchObject({ value: 'CRM 9' });
    expect(String(value('why')?.value).replaceAll('\r', '')).toBe('one\ntwo');
    expect(value('kind')).toMatchObject({ selected_option: { value: 'security' } });
    expect(value('scope')).toMatchObject({ selected_option: { value: 'major' } });
    expect(value('notices')).toMatchObject({ selected_options: [{ value: '1d' }] });
    expect(value('people')).toMatchObject({ selected_users: ['UDANA', 'USAM'] });
    expect(value('start')).toMatchObject({ selected_date_time: Date.parse('2026-12-05T22:00:00Z') / 1000 });
    expect(value('day')).toMatchObject({ selected_date: '2026-12-19' });
    expect(value('minutes')).toMatchObject({ value: '90' });
    expect(value('plan')).toMatchObject({ files: [{ name: 'crm.yaml' }] });
  });

  test('the app’s errors stand under their input, what was typed stays, through news', async () => {
    const page = await openModal('UUMA', 'errors');
    await page.getByTestId('input-name').fill('CRM');
    await page.getByTestId('input-other').fill('kept');
    await page.getByTestId('modal-submit').click();
    await page.getByTestId('error-name').getByText('This name is taken.').waitFor();
    await world.sandbox.as('dana').post('crm-upgrade', 'news behind the modal');
    await page.getByText('news behind the modal').waitFor({ state: 'attached' });
    expect(await page.getByTestId('input-name').inputValue()).toBe('CRM');
    expect(await page.getByTestId('input-other').inputValue()).toBe('kept');
    expect(await page.getByTestId('error-name').textContent()).toContain('This name is taken.');
  });

  test('a pushed modal goes back to the first, which kept its text; clear closes all', async () => {
    const page = await openModal('USAM', 'push');
    await page.getByTestId('input-name').fill('first');
    await page.getByTestId('modal-submit').click();
    await page.getByTestId('input-more').waitFor();
    await page.getByTestId('modal-close').click();
    await page.getByTestId('input-name').waitFor();
    expect(await page.getByTestId('input-name').inputValue()).toBe('first');
    await page.getByTestId('modal-submit').click();
    await page.getByTestId('input-more').fill('second');
    await page.getByTestId('modal-submit').click();
    await page.getByTestId('modal').waitFor({ state: 'detached' });
  });

  test('an update from the app keeps what was typed meanwhile', async () => {
    const page = await openModal('UCARL', 'update');
    await page.getByTestId('input-name').fill('typed');
    await page.getByTestId('input-kind').selectOption('b');
    await page.getByText('Chosen').waitFor();
    expect(await page.getByTestId('input-name').inputValue()).toBe('typed');
    expect(await page.getByTestId('input-kind').inputValue()).toBe('b');
    expect(submitted[0]?.name?.value).toMatchObject({ value: 'typed' });
  });

  test('Escape cancels the modal', async () => {
    const page = await openModal('UOLGA', 'push');
    await page.keyboard.press('Escape');
    await page.getByTestId('modal').waitFor({ state: 'detached' });
    await vi.waitFor(() => expect(world.sandbox.as('olga').modal()).toBeUndefined(), PATIENCE);
  });
});
