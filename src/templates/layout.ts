import type { KnownBlock, RichTextBlock, RichTextBlockElement } from '@slack/types';
import { type Inline, shorten, toMrkdwn, toRichText } from '../slack/inline.ts';
import { LIMITS } from '../slack/limits.ts';
import type { Message } from '../slack/message.ts';
import { decode } from './values.ts';

/**
 * Turns a rendered template into a message. The author's marks, each at the start of a line: `# ` a header, `- ` a list,
 * `> ` a quotation, `---` a divider; within a line `*bold*`, `_italic_` and `` `code` ``. Values are never read for marks.
 */
export function layOut(rendered: string): Message {
  const lines = splitLines(decode(rendered)).map(readLine);
  const text = lines
    .map(sayLine)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return { text: shorten(text, LIMITS.messageText), blocks: toBlocks(lines) };
}

type Kind = 'header' | 'item' | 'quote' | 'divider' | 'blank' | 'text';
interface Line {
  kind: Kind;
  inlines: Inline[];
}

const MARKS: [string, Kind][] = [
  ['# ', 'header'],
  ['- ', 'item'],
  ['> ', 'quote'],
];

/** A value may hold line breaks of its own; they stay within its line. */
function splitLines(parts: (string | Inline)[]): (string | Inline)[][] {
  const lines: (string | Inline)[][] = [[]];
  for (const part of parts) {
    if (typeof part !== 'string') {
      lines.at(-1)?.push(part);
      continue;
    }
    part.split('\n').forEach((piece, index) => {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)?.push(piece);
    });
  }
  return lines;
}

function readLine(parts: (string | Inline)[]): Line {
  const [first, ...rest] = parts;
  if (first === undefined || (typeof first === 'string' && first.trim() === '' && rest.length === 0)) {
    return { kind: 'blank', inlines: [] };
  }
  if (typeof first === 'string') {
    if (first.trim() === '---' && rest.length === 0) return { kind: 'divider', inlines: [] };
    const mark = MARKS.find(([sign]) => first.startsWith(sign));
    if (mark) return { kind: mark[1], inlines: readInlines([first.slice(mark[0].length), ...rest]) };
  }
  return { kind: 'text', inlines: readInlines(parts) };
}

const STYLES = { '*': 'bold', _: 'italic', '`': 'code' } as const;

/** Reads the author's styles; a style reaches over the values within it. */
function readInlines(parts: (string | Inline)[]): Inline[] {
  const inlines: Inline[] = [];
  const open = new Set<'bold' | 'italic' | 'code'>();
  const style = () =>
    open.size > 0 ? { style: Object.fromEntries([...open].map((each) => [each, true])) } : {};
  for (const part of parts) {
    if (typeof part !== 'string') {
      inlines.push(part.type === 'text' || part.type === 'date' ? { ...part, ...style() } : part);
      continue;
    }
    for (const piece of part.split(/([*`]|(?<![\w])_(?=\S)|(?<=\S)_(?![\w]))/)) {
      const mark = STYLES[piece as keyof typeof STYLES];
      if (mark && !open.delete(mark)) open.add(mark);
      if (!mark && piece) inlines.push({ type: 'text', text: piece, ...style() });
    }
  }
  return inlines;
}

function sayLine({ kind, inlines }: Line): string {
  if (kind === 'divider') return '';
  const said = inlines.map(toMrkdwn).join('');
  return kind === 'item' ? `• ${said}` : said;
}

function toBlocks(lines: Line[]): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let rich: RichTextBlockElement[] = [];
  const flush = () => {
    if (rich.length > 0) blocks.push({ type: 'rich_text', elements: rich } satisfies RichTextBlock);
    rich = [];
  };
  let apart = false;
  for (const group of groupLines(lines)) {
    if (group.kind === 'header' || group.kind === 'divider') {
      flush();
      blocks.push(...group.lines.map(({ kind, inlines }) => standalone(kind, inlines)));
    } else if (group.kind !== 'blank') {
      rich.push(richElement(group.kind, group.lines, apart && rich.length > 0));
    }
    apart = group.kind === 'blank';
  }
  flush();
  return blocks;
}

/** Consecutive lines of one kind. */
function groupLines(lines: Line[]): { kind: Kind; lines: Line[] }[] {
  const groups: { kind: Kind; lines: Line[] }[] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last?.kind === line.kind) last.lines.push(line);
    else groups.push({ kind: line.kind, lines: [line] });
  }
  return groups;
}

function standalone(kind: Kind, inlines: Inline[]): KnownBlock {
  if (kind === 'divider') return { type: 'divider' };
  const words = inlines.map((each) => ('text' in each ? each.text : toMrkdwn(each))).join('');
  return { type: 'header', text: { type: 'plain_text', text: shorten(words, LIMITS.header), emoji: true } };
}

/** `apart`: an empty line of the template stands before it. */
function richElement(kind: Kind, lines: Line[], apart: boolean): RichTextBlockElement {
  const sections = lines.map((line) => ({
    type: 'rich_text_section' as const,
    elements: line.inlines.map(toRichText),
  }));
  if (kind === 'item')
    return { type: 'rich_text_list', style: 'bullet', elements: sections } as RichTextBlockElement;
  const broken = sections.flatMap((section, index) =>
    index === 0 ? section.elements : [{ type: 'text' as const, text: '\n' }, ...section.elements],
  );
  if (kind === 'quote') return { type: 'rich_text_quote', elements: broken } as RichTextBlockElement;
  const spaced = apart ? [{ type: 'text' as const, text: '\n' }, ...broken] : broken;
  return { type: 'rich_text_section', elements: spaced } as RichTextBlockElement;
}
