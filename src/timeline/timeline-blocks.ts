import type { RichTextBlock, RichTextBlockElement } from '@slack/types';
import { countText } from '../slack/fit.ts';
import { type Inline, shorten, toMrkdwn, toRichText } from '../slack/inline.ts';
import { dateInline } from '../templates/values.ts';
import type { Line } from './group-entries.ts';
import { sayEntry } from './say-entry.ts';

/** What fits beside a title and a button: Slack takes some 13,000 characters, and nobody scrolls through more lines. */
const MOST_CHARACTERS = 7_000;
const MOST_LINES = 40;
const MOST_IN_TEXT = 3_500;
const MOST_OF_ONE = 400;

/** The newest lines that fit into one message, oldest first. */
export function newestLines(
  lines: Line[],
  zone: string,
): { text: string; blocks: RichTextBlock[]; shown: number } {
  const drawn: Inline[][] = [];
  let characters = 0;
  for (const line of lines.toReversed()) {
    const parts = [dateInline(line.at, zone), text(' · '), ...sayEntry(line, zone).map(shortened)];
    characters += countText(parts) + 20;
    if (drawn.length === MOST_LINES || characters > MOST_CHARACTERS) break;
    drawn.unshift(parts);
  }
  const items = drawn.map((parts) => ({ type: 'rich_text_section', elements: parts.map(toRichText) }));
  const list = { type: 'rich_text_list', style: 'bullet', elements: items } as RichTextBlockElement;
  return {
    text: newestText(drawn.map((parts) => `• ${parts.map(toMrkdwn).join('')}`)),
    blocks: items.length > 0 ? [{ type: 'rich_text', elements: [list] }] : [],
    shown: drawn.length,
  };
}

/** As many of the newest as may be spoken: the top-level text holds less than the blocks. */
function newestText(lines: string[]): string {
  let characters = 0;
  const from = lines.findLastIndex((line) => {
    characters += line.length + 1;
    return characters > MOST_IN_TEXT;
  });
  return lines.slice(from + 1).join('\n');
}

const text = (words: string): Inline => ({ type: 'text', text: words });
const shortened = (part: Inline): Inline =>
  part.type === 'text' ? { ...part, text: shorten(part.text, MOST_OF_ONE) } : part;
