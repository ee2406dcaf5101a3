import { describe, expect, test } from 'vitest';
import { findMentions, storeText } from './mentions.ts';
import type { Block } from './model.ts';

const nobody = { users: [], groups: [], broadcasts: [] };
const block = (fields: Record<string, unknown>): Block => ({ type: 'section', block_id: 'b', ...fields });
const inBlocks = (fields: Record<string, unknown>) => findMentions('', [block(fields)], { linkNames: false });

describe('who a message calls', () => {
  test.each([
    ['a person', '<@UDANA>', false, { ...nobody, users: ['UDANA'] }],
    ['a person with a label', '<@UDANA|dana>', false, { ...nobody, users: ['UDANA'] }],
    ['a group', '<!subteam^SDBA>', false, { ...nobody, groups: ['SDBA'] }],
    ['a channel call', '<!channel> <!here|here>', false, { ...nobody, broadcasts: ['channel', 'here'] }],
    ['plain @here', 'look @here', false, nobody],
    ['plain @here where names are linked', 'look @here', true, { ...nobody, broadcasts: ['here'] }],
    ['an address', 'mail me@here.example', true, nobody],
    ['escaped markup', '&lt;!channel&gt; &lt;@UDANA&gt;', true, nobody],
  ])('%s in the text', (_, text, linkNames, expected) => {
    expect(findMentions(text, [], { linkNames })).toEqual(expected);
  });

  test.each([
    ['mrkdwn with plain @here', { text: { type: 'mrkdwn', text: '@here' } }, ['here']],
    ['verbatim mrkdwn', { text: { type: 'mrkdwn', text: '@here', verbatim: true } }, []],
    ['verbatim mrkdwn with markup', { text: { type: 'mrkdwn', text: '<!here>', verbatim: true } }, ['here']],
    ['plain text', { text: { type: 'plain_text', text: '<!here> @here' } }, []],
    ['rich text', { elements: [{ type: 'text', text: '<!here> @here' }] }, []],
    [
      'a rich broadcast',
      { elements: [{ elements: [{ type: 'broadcast', range: 'channel' }] }] },
      ['channel'],
    ],
    ['markdown', { type: 'markdown', text: 'hello @everyone' }, ['everyone']],
  ])('%s', (_, fields, broadcasts) => {
    expect(inBlocks(fields).broadcasts).toEqual(broadcasts);
  });

  test('people and groups in rich text', () => {
    const elements = [
      { type: 'user', user_id: 'UDANA' },
      { type: 'usergroup', usergroup_id: 'SDBA' },
    ];
    expect(inBlocks({ elements })).toEqual({ users: ['UDANA'], groups: ['SDBA'], broadcasts: [] });
  });
});

describe('text as Slack keeps it', () => {
  test.each([
    ['a < b && c > d', 'a &lt; b &amp;&amp; c &gt; d'],
    ['&lt;!here&gt;', '&lt;!here&gt;'],
    ['<@UDANA> <!here> <https://a.example|A>', '<@UDANA> <!here> <https://a.example|A>'],
    ['<!date^1|x> <script>', '<!date^1|x> &lt;script&gt;'],
  ])('%s → %s', (text, stored) => {
    expect(storeText(text)).toBe(stored);
  });
});
