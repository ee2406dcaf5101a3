import { describe, expect, test } from 'vitest';
import type { Block } from '../../model.ts';
import { Blocks } from './blocks.tsx';
import { viewpointOf } from './directory-fixture.ts';

const render = (...blocks: Record<string, unknown>[]): string =>
  String(
    <Blocks
      blocks={blocks.map((block, index) => ({ block_id: `b${index}`, ...block }) as Block)}
      viewpoint={viewpointOf('U1')}
    />,
  );
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const option = (text: string, value: string) => ({ text: plain(text), value });
const actions = (...elements: Record<string, unknown>[]) => ({ type: 'actions', elements });
const input = (element: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: 'input',
  label: plain('Reason'),
  element: { action_id: 'a', ...element },
  ...more,
});
const richText = (...elements: Record<string, unknown>[]) => ({ type: 'rich_text', elements });
const line = (...elements: Record<string, unknown>[]) => ({ type: 'rich_text_section', elements });

describe('blocks', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'header',
      { type: 'header', text: plain('CRM &amp; more :bell:') },
      ['<h3 class="block-header">CRM &amp; more 🔔</h3>'],
    ],
    ['divider', { type: 'divider' }, ['<hr/>']],
    [
      'section with fields',
      { type: 'section', text: mrkdwn('*a*'), fields: [mrkdwn('_b_'), plain('*c*')] },
      ['<b>a</b>', '<i>b</i>', '*c*'],
    ],
    [
      'context',
      {
        type: 'context',
        elements: [mrkdwn('`x`'), { type: 'image', image_url: 'https://a.example/i.png', alt_text: 'bell' }],
      },
      ['<code>x</code>', 'alt="bell"'],
    ],
    [
      'markdown',
      { type: 'markdown', text: '# Title\n- **a**\n\n| x |\n|---|\n| y |' },
      ['<h1>Title</h1>', '<strong>a</strong>', '<td>y</td>'],
    ],
    [
      'table',
      {
        type: 'table',
        rows: [
          [{ type: 'raw_text', text: 'Phase' }],
          [richText(line({ type: 'text', text: 'done', style: { bold: true } }))],
        ],
      },
      ['<th class="align-left ">Phase</th>', '<b>done</b>'],
    ],
    ['unknown', { type: 'carousel' }, ['cannot show']],
    [
      'rich text styles',
      richText(line({ type: 'text', text: '*a*', style: { italic: true, strike: true } })),
      ['<i><s>*a*</s></i>'],
    ],
    [
      'rich text mentions',
      richText(
        line(
          { type: 'user', user_id: 'U1' },
          { type: 'usergroup', usergroup_id: 'S1' },
          { type: 'channel', channel_id: 'C1' },
          { type: 'broadcast', range: 'here' },
        ),
      ),
      ['@Dana', '@dba', '#crm-upgrade', '@here'],
    ],
    [
      'rich text date',
      richText(line({ type: 'date', timestamp: 1796506200, format: '{date_num}' })),
      ['2026-12-05'],
    ],
    [
      'rich text list',
      richText({
        type: 'rich_text_list',
        style: 'ordered',
        indent: 1,
        elements: [line({ type: 'emoji', name: 'bell' })],
      }),
      ['<ol class="indent-1" start="1"><li>🔔</li></ol>'],
    ],
    [
      'rich text code',
      richText({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a <b>' }] }),
      ['<pre>a &lt;b&gt;</pre>'],
    ],
    [
      'rich text quote',
      richText({ type: 'rich_text_quote', elements: [{ type: 'text', text: 'q' }] }),
      ['<blockquote>q</blockquote>'],
    ],
  ])('%s', (_, block, fragments) => {
    for (const fragment of fragments) expect(render(block)).toContain(fragment);
  });
});

describe('elements', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'button',
      actions({ type: 'button', action_id: 'go', style: 'danger', text: plain('Roll back') }),
      ['data-action="go"', 'data-block="b0"', 'class="button danger"', '>Roll back</button>'],
    ],
    [
      'button with confirm',
      actions({
        type: 'button',
        action_id: 'go',
        text: plain('x'),
        confirm: {
          title: plain('Sure?'),
          text: mrkdwn('*Really*'),
          confirm: plain('Do it'),
          deny: plain('Leave'),
        },
      }),
      ['<dialog class="confirm"', 'Sure?', '<b>Really</b>', '>Do it<', '>Leave<'],
    ],
    [
      'select',
      actions({
        type: 'static_select',
        action_id: 's',
        options: [option('One', '1'), option('Two', '2')],
        initial_option: option('Two', '2'),
      }),
      ['<option value="1">One', '<option value="2" selected="">Two'],
    ],
    [
      'people',
      actions({ type: 'users_select', action_id: 's', initial_user: 'U2' }),
      ['<option value="U2" selected="">Priya'],
    ],
    [
      'channels the viewer may see',
      actions({ type: 'conversations_select', action_id: 's' }),
      ['#crm-upgrade'],
    ],
    [
      'overflow',
      actions({ type: 'overflow', action_id: 'o', options: [option('Preview', 'p')] }),
      ['value="p"', 'Preview'],
    ],
    [
      'radio buttons',
      input({ type: 'radio_buttons', options: [option('Bug', 'b')] }),
      ['<fieldset', 'type="radio" value="b"'],
    ],
    [
      'checkboxes',
      input({ type: 'checkboxes', options: [option('Bug', 'b')], initial_options: [option('Bug', 'b')] }),
      ['type="checkbox" value="b" checked=""'],
    ],
    [
      'multi select',
      input({ type: 'multi_users_select', initial_users: ['U1'] }),
      ['<summary data-placeholder="Choose options">Dana</summary>'],
    ],
    [
      'long text',
      input({ type: 'plain_text_input', multiline: true, max_length: 10, initial_value: '</textarea><b>' }),
      ['data-most="10"', '&lt;/textarea&gt;&lt;b&gt;</textarea>'],
    ],
    ['required', input({ type: 'plain_text_input' }), ['data-required=""', 'data-testid="input-b0"']],
    [
      'optional',
      input({ type: 'plain_text_input' }, { optional: true, hint: plain('Say why') }),
      ['(optional)', 'Say why'],
    ],
    [
      'number',
      input({ type: 'number_input', is_decimal_allowed: false, min_value: '5' }),
      ['type="number"', 'step="1"', 'min="5"'],
    ],
    [
      'date and time in the viewer’s zone',
      input({ type: 'datetimepicker', initial_date_time: 1796506200 }),
      ['value="2026-12-05T22:30"', 'Europe/Berlin'],
    ],
    [
      'file',
      input({ type: 'file_input', filetypes: ['yaml', 'yml'], max_files: 1 }),
      ['type="file"', 'accept=".yaml,.yml"'],
    ],
  ])('%s', (_, block, fragments) => {
    for (const fragment of fragments) expect(render(block)).toContain(fragment);
  });

  test('an optional input is not marked as required', () => {
    expect(render(input({ type: 'plain_text_input' }, { optional: true }))).not.toContain('data-required');
  });

  test('private channels of others are not offered', () => {
    expect(render(actions({ type: 'conversations_select', action_id: 's' }))).not.toContain('secret');
  });
});

describe('charts', () => {
  const axis_config = { categories: ['1', '2', '3'], x_label: 'Satisfaction' };
  const series = [
    {
      name: 'Answers',
      data: [
        { label: '1', value: 2 },
        { label: '2', value: 0 },
        { label: '3', value: 7 },
      ],
    },
  ];
  const chart = (body: Record<string, unknown>) =>
    render({ type: 'data_visualization', title: 'How was it?', chart: body });

  test.each<[string, Record<string, unknown>, string]>([
    ['bar', { type: 'bar', series, axis_config }, '<rect'],
    ['line', { type: 'line', series, axis_config }, '<polyline'],
    ['area', { type: 'area', series, axis_config }, '<polygon'],
    ['pie', { type: 'pie', segments: series[0]?.data }, 'stroke-dasharray'],
  ])('%s is drawn, and its figures are told', (_, body, shape) => {
    const html = chart(body);
    expect(html).toContain(shape);
    expect(html).toMatch(/aria-label="How was it\?\. [^"]*1: 2, 2: 0, 3: 7"/);
    expect(html).not.toContain('NaN');
  });

  test('all zero draws without dividing by zero', () => {
    const zero = [{ name: 'a', data: [{ label: '1', value: 0 }] }];
    expect(chart({ type: 'bar', series: zero, axis_config })).not.toMatch(/NaN|Infinity/);
    expect(chart({ type: 'pie', segments: zero[0]?.data })).not.toMatch(/NaN|Infinity/);
  });
});

describe('hostile text stays text', () => {
  const evil = '<img src=x onerror=alert(1)>';
  test.each<[string, Record<string, unknown>]>([
    ['header', { type: 'header', text: plain(evil) }],
    ['section', { type: 'section', text: mrkdwn(evil), fields: [plain(evil)] }],
    ['markdown', { type: 'markdown', text: `${evil}\n\n<div>\n${evil}\n</div>` }],
    ['markdown address', { type: 'markdown', text: '[a](javascript:alert(1)) ![x](javascript:alert(1))' }],
    [
      'rich text',
      richText(line({ type: 'text', text: evil }, { type: 'link', url: 'javascript:alert(1)', text: evil })),
    ],
    ['button', actions({ type: 'button', action_id: '"><img src=x>', value: evil, text: plain(evil) })],
    ['option', actions({ type: 'static_select', action_id: 's', options: [option(evil, '"><img src=x>')] })],
    [
      'image',
      { type: 'image', image_url: 'javascript:alert(1)', alt_text: '"><img src=x>', title: plain(evil) },
    ],
    ['table', { type: 'table', rows: [[{ type: 'raw_text', text: evil }]] }],
    [
      'chart',
      {
        type: 'data_visualization',
        title: evil,
        chart: { type: 'pie', segments: [{ label: evil, value: 1 }] },
      },
    ],
    ['input', input({ type: 'plain_text_input', initial_value: '"><img src=x>', placeholder: plain(evil) })],
    ['unknown', { type: evil }],
  ])('%s', (_, block) => {
    const html = render(block);
    expect(html).not.toContain('<img src=x');
    expect(html).not.toMatch(/(href|src)="javascript/);
  });
});
