import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import type { Inline } from '../slack/inline.ts';

/**
 * A value on its way through a template. Between these two private-use characters stands an `Inline` as JSON; the data
 * is freed of them beforehand, so that nobody can write one by hand.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';

/** What a filter hands on: already an element of a line, not text to be escaped. */
export class Element {
  readonly inlines: Inline[];
  constructor(inlines: Inline[]) {
    this.inlines = inlines;
  }
}

export const encode = (inline: Inline): string => `${OPEN}${JSON.stringify(inline)}${CLOSE}`;

/** Splits rendered text into what the template's author wrote and the values in it. Throws where something else stands for an id. */
export function decode(rendered: string): (string | Inline)[] {
  return rendered
    .split(new RegExp(`(${OPEN}[^${CLOSE}]*${CLOSE})`))
    .filter(Boolean)
    .map((part) => {
      if (!part.startsWith(OPEN)) return part;
      const inline = JSON.parse(part.slice(1, -1)) as Inline;
      if ('id' in inline && !IDS[inline.type].test(inline.id))
        throw new Error(`a ${inline.type} is drawn by its id alone`);
      return inline.type === 'date' ? { ...inline, at: new Date(inline.at) } : inline;
    });
}

/** What Slack's ids look like: no markup fits into one. */
const IDS = { user: /^[UW][A-Z0-9]+$/, channel: /^[CDG][A-Z0-9]+$/, group: /^S[A-Z0-9]+$/ };

/** What every `{{ … }}` passes through last. */
export function encodeOutput(value: unknown): string {
  if (value instanceof Element) return value.inlines.map(encode).join('');
  if (value === null || value === undefined || value === '') return '';
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text.includes(OPEN) ? text : encode({ type: 'text', text });
}

/** A copy of the data without the two private-use characters. */
export function withoutMarks(data: unknown): unknown {
  if (typeof data === 'string') return data.replaceAll(OPEN, '').replaceAll(CLOSE, '');
  if (data instanceof Date || data instanceof Element || data === null || typeof data !== 'object')
    return data;
  if (Array.isArray(data)) return data.map(withoutMarks);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withoutMarks(value)]));
}

/** An instant that each reader sees in their own zone; the fallback is in `zone`. */
export function dateInline(at: Date, zone: string, tokens = '{date_short_pretty} {time}'): Inline {
  const local = format(new TZDate(at, zone), 'yyyy-MM-dd HH:mm');
  return { type: 'date', at, format: tokens, fallback: `${local} ${zone}` };
}

const DAY_MS = 86_400_000;

/** The end of what begins at `start`, said right after it: its time alone where that leaves no doubt of the day. */
export const endInline = (end: Date, start: Date, zone: string): Inline =>
  end.getTime() - start.getTime() < DAY_MS ? dateInline(end, zone, '{time}') : dateInline(end, zone);

/** Minutes as people say them: `1 day 2 h`, `1 h 30 min`, `0 min`. */
export function sayMinutes(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  const days = Math.floor(whole / 1_440);
  const hours = Math.floor((whole % 1_440) / 60);
  const parts = [
    days > 0 ? `${days} ${days === 1 ? 'day' : 'days'}` : '',
    hours > 0 ? `${hours} h` : '',
    whole % 60 > 0 || whole === 0 ? `${whole % 60} min` : '',
  ];
  return parts.filter(Boolean).join(' ');
}
