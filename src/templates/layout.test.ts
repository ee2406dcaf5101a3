import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countText } from '../slack/fit.ts';
import { layOut } from './layout.ts';
import { dateInline, encode, encodeOutput } from './values.ts';

const value = (text: string) => encodeOutput(text);

describe('a rendered template becomes a message', () => {
  it('headers, lists, quotations and dividers come from marks at the start of a line', () => {
    const { blocks, text } = layOut('# CRM 9\n\nIt starts *now*.\n- one\n- two\n> as said\n---\nBye');
    expect(blocks.map((block) => block.type)).toEqual(['header', 'rich_text', 'divider', 'rich_text']);
    expect(blocks[1]).toMatchObject({
      elements: [
        {
          type: 'rich_text_section',
          elements: [{ text: 'It starts ' }, { text: 'now', style: { bold: true } }, { text: '.' }],
        },
        { type: 'rich_text_list', style: 'bullet' },
        { type: 'rich_text_quote' },
      ],
    });
    expect(text).toBe('CRM 9\n\nIt starts now.\n• one\n• two\nas said\n\nBye');
  });

  it('text right below a list or a quotation stays right below it; an empty line keeps its distance', () => {
    const below = (template: string) => {
      const [block] = layOut(template).blocks as { elements: { elements: { text: string }[] }[] }[];
      return block?.elements[1]?.elements.map(({ text }) => text).join('');
    };
    expect(below('- one\nNext')).toBe('Next');
    expect(below('> said\nNext')).toBe('Next');
    expect(below('- one\n\nNext')).toBe('\nNext');
    expect(below('One\n\nNext')).toBe('\nNext');
  });

  it('the words that somebody typed are never read for marks', () => {
    const { blocks } = layOut(`${value('# not a header')}\n- ${value('*not bold* _nor this_ `nor code`')}`);
    expect(blocks).toMatchObject([
      {
        type: 'rich_text',
        elements: [
          { elements: [{ type: 'text', text: '# not a header' }] },
          { elements: [{ elements: [{ type: 'text', text: '*not bold* _nor this_ `nor code`' }] }] },
        ],
      },
    ]);
  });

  it.each(['<!channel>', '<@UDANA>', '@here', '@Channel', '<https://evil.example|click>', '<!subteam^S1>'])(
    '%s stays text, in the blocks and in the fallback',
    (typed) => {
      const { blocks, text } = layOut(`Said: ${value(typed)}`);
      expect(JSON.stringify(blocks)).toContain(JSON.stringify(typed).slice(1, -1));
      expect(JSON.stringify(blocks)).not.toMatch(/"type":"(user|usergroup|broadcast|link|channel)"/);
      expect(text).not.toMatch(/<[!@#h]|@(here|channel|everyone)/i);
    },
  );

  it('any text at all stays text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (typed) => {
        const { blocks, text } = layOut(`- ${value(typed)}`);
        expect(JSON.stringify(blocks)).not.toMatch(/"type":"(user|usergroup|broadcast|link|channel|date)"/);
        expect(text.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[<>]/);
      }),
    );
  });

  it('a style of the template reaches over the value in it', () => {
    const { blocks } = layOut(`*by ${value('Dana')}*`);
    expect(blocks).toMatchObject([
      {
        elements: [
          {
            elements: [
              { text: 'by ', style: { bold: true } },
              { text: 'Dana', style: { bold: true } },
            ],
          },
        ],
      },
    ]);
  });

  it('a style of the template reaches over an instant in it', () => {
    const at = encode(dateInline(new Date('2026-12-05T21:00:00Z'), 'Europe/Berlin', '{time}'));
    expect(layOut(`*until ${at}*`).blocks).toMatchObject([
      { elements: [{ elements: [{ style: { bold: true } }, { type: 'date', style: { bold: true } }] }] },
    ]);
  });

  it('an underscore within a word is no mark', () => {
    expect(layOut('max_connections and lock_timeout').text).toBe('max_connections and lock_timeout');
    expect(countText(layOut('max_connections').blocks)).toBe('max_connections'.length);
  });
});
