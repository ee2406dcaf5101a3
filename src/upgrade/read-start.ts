import { tzOffset } from '@date-fns/tz';
import { type ParsedResult, parse } from 'chrono-node';
import { localText, type ZonedInstant, zonedInstant } from './plan/zoned-time.ts';

/** What somebody typed for a new start: an instant, a question, or nothing that could be read. */
export type ReadStart =
  | { kind: 'start'; start: Date; rest: string }
  /** The clocks change at that hour: each choice is a local time with its offset. */
  | { kind: 'which'; written: string; twice: boolean; choices: string[]; rest: string }
  /** Day and month could be either way round. */
  | { kind: 'ambiguous_date'; written: string }
  | { kind: 'unreadable' };

const ISO = /^(\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}(?::\d{2})?\s?(?:Z|[+-]\d{2}:?\d{2})?)(?!\d)\s*/i;
const BEFORE = /^\s*(?:(?:to|for|at|on)\s+)?/i;
const AFTER = /^(?:[\s,;:.–—-]|because\b|since\b)+/i;

/**
 * Reads a start from the beginning of a text; the rest is the reason. ISO times and words ("tomorrow 22:00") are wall-clock
 * time in the plan's zone, "in 2 hours" counts from `now`. A day without a time keeps the time of `planned`.
 */
export function readStart(text: string, zone: string, now: Date, planned: Date): ReadStart {
  const typed = text.replace(BEFORE, '');
  const iso = ISO.exec(typed)?.[0];
  if (iso) {
    const local = iso.trim().replace(/[T ](\d):/i, 'T0$1:');
    return settle(zonedInstant(local, zone), local, typed.slice(iso.length).replace(AFTER, ''));
  }
  const reference = { instant: now, timezone: tzOffset(zone, now) };
  const [found] = parse(typed, reference, { forwardDate: true });
  if (found?.index !== 0) return { kind: 'unreadable' };
  const rest = typed.slice(found.text.length).replace(AFTER, '');
  if (found.tags().has('parser/SlashDateFormatParser'))
    return { kind: 'ambiguous_date', written: found.text };
  if (found.start.isCertain('timezoneOffset')) {
    return { kind: 'start', start: wholeMinute(found.start.date()), rest };
  }
  return settle(zonedInstant(wallClock(found, zone, planned), zone), found.text, rest);
}

/** The same for the two fields of a form. */
export const readFields = (date: string, time: string, zone: string): ReadStart =>
  settle(zonedInstant(`${date}T${time}`, zone), `${date} ${time}`, '');

function settle(found: ZonedInstant, written: string, rest: string): ReadStart {
  switch (found.kind) {
    case 'unique':
      return { kind: 'start', start: found.instant, rest };
    case 'overlap':
      return { kind: 'which', written, twice: true, choices: found.choices, rest };
    case 'gap':
    case 'wrong_offset':
      return { kind: 'which', written, twice: false, choices: found.choices, rest };
    case 'unreadable':
      return { kind: 'unreadable' };
  }
}

function wallClock({ start }: ParsedResult, zone: string, planned: Date): string {
  const two = (part: 'month' | 'day' | 'hour' | 'minute') => String(start.get(part) ?? 0).padStart(2, '0');
  const day = `${start.get('year')}-${two('month')}-${two('day')}`;
  const time = start.isCertain('hour')
    ? `${two('hour')}:${two('minute')}`
    : localText(planned, zone).slice(11, 16);
  return `${day}T${time}`;
}

const wholeMinute = (at: Date): Date => new Date(Math.ceil(at.getTime() / 60_000) * 60_000);
