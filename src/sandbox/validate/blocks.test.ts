import { describe, expect, test } from 'vitest';
import { SlackFailure } from '../failure.ts';
import { checkContent } from './message.ts';
import { checkView } from './view.ts';

type Loose = Record<string, unknown>;

const plain = (text: string) => ({ type: 'plain_text', text });
const md = (text: string) => ({ type: 'mrkdwn', text });
const x = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));
const option = (index: number) => ({ text: plain(`Option ${index}`), value: String(index) });
const button = (more: Loose = {}) => ({ type: 'button', text: plain('Go'), ...more });
const actions = (...elements: Loose[]) => ({ type: 'actions', elements });
const input = (element: Loose, more: Loose = {}) => ({
  type: 'input',
  label: plain('Label'),
  element,
  ...more,
});
const rich = (...elements: Loose[]) => ({ type: 'rich_text', elements });
const line = (...elements: Loose[]) => rich({ type: 'rich_text_section', elements });
const chart = (spec: Loose) => ({ type: 'data_visualization', title: 'Answers', chart: spec });
const series = (name: string, labels: string[]) => ({
  name,
  data: labels.map((label) => ({ label, value: 1 })),
});
const confirm = { title: plain('T'), text: plain('x'), confirm: plain('Yes'), deny: plain('No') };

/** Slack's code and explanations, or `ok`. */
function verdict(check: () => unknown): string {
  try {
    check();
    return 'ok';
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    const { messages = [] } = (error.body.response_metadata ?? {}) as { messages?: string[] };
    return [error.code, ...messages].join(' ');
  }
}
const ofMessage = (...blocks: unknown[]) => verdict(() => checkContent({ text: 'x', blocks }));
const ofModal = (...blocks: unknown[]) =>
  verdict(() => checkView({ type: 'modal', title: plain('T'), submit: plain('OK'), blocks }, 'modal'));

describe('blocks of a message', () => {
  test.each<[string, Loose]>([
    ['section of 3,000', { type: 'section', text: md(x(3000)) }],
    ['ten fields', { type: 'section', fields: many(10, () => plain(x(100))) }],
    ['header of 150', { type: 'header', text: plain(x(150)) }],
    ['ten in a context', { type: 'context', elements: many(10, () => md('a')) }],
    ['25 buttons', actions(...many(25, () => button()))],
    ['button with a confirm dialog', actions(button({ confirm, style: 'danger', value: x(2000) }))],
    ['select of 100', actions({ type: 'static_select', options: many(100, option) })],
    ['overflow of five', actions({ type: 'overflow', options: many(5, option) })],
    ['date, time, both', actions({ type: 'datepicker' }, { type: 'timepicker' }, { type: 'datetimepicker' })],
    ['people as accessory', { type: 'section', text: md('a'), accessory: { type: 'multi_users_select' } }],
    ['image', { type: 'image', image_url: 'https://harbour.example/a.png', alt_text: 'A chart' }],
    ['rich text', line({ type: 'user', user_id: 'U1' }, { type: 'text', text: 'b', style: { bold: true } })],
    ['rich date', line({ type: 'date', timestamp: 1, format: '{time}', fallback: 'now' })],
    [
      'list',
      rich({
        type: 'rich_text_list',
        style: 'ordered',
        elements: [{ type: 'rich_text_section', elements: [] }],
      }),
    ],
    ['markdown', { type: 'markdown', text: '# Title' }],
    ['table', { type: 'table', rows: many(100, () => many(2, () => ({ type: 'raw_text', text: 'a' }))) }],
    ['pie', chart({ type: 'pie', segments: [{ label: 'Yes', value: 3 }] })],
    [
      'bars',
      chart({ type: 'bar', series: [series('A', ['1', '2'])], axis_config: { categories: ['1', '2'] } }),
    ],
  ])('%s → taken', (_, block) => {
    expect(ofMessage(block)).toBe('ok');
  });

  test.each<[string, unknown, string]>([
    [
      'section of 3,001',
      { type: 'section', text: md(x(3001)) },
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['section of nothing', { type: 'section' }, 'must define either `text` or `fields`'],
    [
      'empty text',
      { type: 'section', text: md('') },
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'eleven fields',
      { type: 'section', fields: many(11, () => plain('a')) },
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    ['field of 2,001', { type: 'section', fields: [md(x(2001))] }, '[json-pointer:/blocks/0/fields/0/text]'],
    ['header of 151', { type: 'header', text: plain(x(151)) }, 'must be less than 151 characters'],
    ['header in mrkdwn', { type: 'header', text: md('a') }, '[json-pointer:/blocks/0/text/type]'],
    ['header without text', { type: 'header' }, 'missing required field: text [json-pointer:/blocks/0]'],
    ['eleven in a context', { type: 'context', elements: many(11, () => md('a')) }, 'no more than 10 items'],
    ['26 buttons', actions(...many(26, () => button())), 'no more than 25 items'],
    ['no button', actions(), 'no fewer than 1 items'],
    ['button text of 76', actions(button({ text: plain(x(76)) })), 'must be less than 76 characters'],
    ['button value of 2,001', actions(button({ value: x(2001) })), 'must be less than 2001 characters'],
    ['action_id of 256', actions(button({ action_id: x(256) })), 'must be less than 256 characters'],
    ['block_id of 256', { type: 'divider', block_id: x(256) }, 'must be less than 256 characters'],
    [
      'button in another style',
      actions(button({ style: 'warning' })),
      '[json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'confirm without title',
      actions(button({ confirm: { ...confirm, title: undefined } })),
      'missing required field: title',
    ],
    [
      'confirm text of 301',
      actions(button({ confirm: { ...confirm, text: plain(x(301)) } })),
      'must be less than 301',
    ],
    [
      'confirm button of 31',
      actions(button({ confirm: { ...confirm, deny: plain(x(31)) } })),
      'must be less than 31',
    ],
    [
      'select of 101',
      actions({ type: 'static_select', options: many(101, option) }),
      'no more than 100 items',
    ],
    ['select of nothing', actions({ type: 'static_select' }), 'either `options` or `option_groups`'],
    [
      'option of 76',
      actions({ type: 'static_select', options: [{ text: plain(x(76)), value: 'a' }] }),
      'must be less than 76',
    ],
    [
      'a choice that is no option',
      actions({ type: 'static_select', options: [option(1)], initial_option: option(2) }),
      'initial_option must match',
    ],
    ['overflow of six', actions({ type: 'overflow', options: many(6, option) }), 'no more than 5 items'],
    [
      'eleven radio buttons',
      actions({ type: 'radio_buttons', options: many(11, option) }),
      'no more than 10 items',
    ],
    ['a bad date', actions({ type: 'datepicker', initial_date: '5.12.2026' }), 'must be a date'],
    [
      'placeholder of 151',
      actions({ type: 'users_select', placeholder: plain(x(151)) }),
      'must be less than 151',
    ],
    ['a text input among buttons', actions({ type: 'plain_text_input' }), 'unsupported type'],
    ['a file input', input({ type: 'file_input' }), 'file_input is for modals only'],
    ['an unknown block', { type: 'carousel3d' }, 'unsupported type [json-pointer:/blocks/0/type]'],
    [
      'an unknown field',
      { type: 'divider', colour: 'red' },
      'unsupported field: colour [json-pointer:/blocks/0]',
    ],
    ['an unknown element of rich text', line({ type: 'shout', text: 'a' }), 'unsupported type'],
    ['a block that is none', 'text', 'must provide an object'],
    [
      'table of 101 rows',
      { type: 'table', rows: many(101, () => [{ type: 'raw_text', text: 'a' }]) },
      'no more than 100 items',
    ],
    [
      'table of 21 columns',
      { type: 'table', rows: [many(21, () => ({ type: 'raw_text', text: 'a' }))] },
      'no more than 20 items',
    ],
    [
      'pie of seven',
      chart({ type: 'pie', segments: many(7, (n) => ({ label: String(n), value: 1 })) }),
      'no more than 6 items',
    ],
    [
      'pie slice of nothing',
      chart({ type: 'pie', segments: [{ label: 'a', value: 0 }] }),
      'segments/0/value',
    ],
    [
      'chart label of 21',
      chart({ type: 'pie', segments: [{ label: x(21), value: 1 }] }),
      'must be less than 21',
    ],
    [
      'bars beside the axis',
      chart({ type: 'bar', series: [series('A', ['1'])], axis_config: { categories: ['2'] } }),
      'data labels must match',
    ],
    [
      'two series of one name',
      chart({
        type: 'line',
        series: [series('A', ['1']), series('A', ['1'])],
        axis_config: { categories: ['1'] },
      }),
      'series names must be unique',
    ],
  ])('%s → invalid_blocks', (_, block, explanation) => {
    expect(ofMessage(block)).toMatch(/^invalid_blocks \[ERROR\]/);
    expect(ofMessage(block)).toContain(explanation);
  });

  test('what is too much together', () => {
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] };
    expect(ofMessage(table, table)).toContain('only_one_table_allowed');
    expect(ofMessage({ type: 'divider', block_id: 'a' }, { type: 'divider', block_id: 'a' })).toContain(
      'duplicate block_id: a [json-pointer:/blocks/1/block_id]',
    );
    expect(ofMessage(...many(5, () => ({ type: 'section', text: md(x(3000)) })))).toBe('msg_blocks_too_long');
  });

  test('blocks and elements without ids get some', () => {
    const { blocks = [] } = checkContent({ blocks: [actions(button())] });
    expect(blocks[0]?.block_id).toMatch(/^.{5}$/);
    expect(blocks[0]?.elements).toMatchObject([{ action_id: expect.stringMatching(/^.{5}$/) }]);
  });
});

describe('blocks of a view', () => {
  test('inputs of every kind → taken', () => {
    const kinds = ['plain_text_input', 'email_text_input', 'url_text_input', 'users_select', 'file_input'];
    const elements = kinds.map((type) => input({ type }));
    expect(ofModal(...elements, input({ type: 'number_input', is_decimal_allowed: true }))).toBe('ok');
  });

  test.each<[string, Loose, string]>([
    [
      'title of 25',
      { title: plain(x(25)) },
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    ['submit of 25', { submit: plain(x(25)) }, '/view/submit/text'],
    ['private_metadata of 3,001', { private_metadata: x(3001) }, '/view/private_metadata'],
    ['callback_id of 256', { callback_id: x(256) }, '/view/callback_id'],
    ['101 blocks', { blocks: many(101, () => ({ type: 'divider' })) }, 'no more than 100 items'],
    [
      'an input and no submit',
      { submit: undefined, blocks: [input({ type: 'plain_text_input' })] },
      'submit is required',
    ],
    [
      'an input text of 3,001',
      { blocks: [input({ type: 'plain_text_input', max_length: 3001 })] },
      'must be at most 3000',
    ],
    [
      'a label of 2,001',
      { blocks: [input({ type: 'plain_text_input' }, { label: plain(x(2001)) })] },
      'must be less than 2001',
    ],
    ['markdown', { blocks: [{ type: 'markdown', text: 'a' }] }, 'unsupported type'],
    [
      'a table',
      { blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }] },
      'unsupported type',
    ],
  ])('%s → invalid_arguments', (_, change, explanation) => {
    const view = { type: 'modal', title: plain('T'), submit: plain('OK'), blocks: [], ...change };
    const said = verdict(() => checkView(view, 'modal'));
    expect(said).toMatch(/^invalid_arguments \[ERROR\]/);
    expect(said).toContain(explanation);
  });
});
