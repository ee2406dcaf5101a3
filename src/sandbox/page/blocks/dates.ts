import { localeOf, type Viewpoint } from './viewpoint.ts';

type Parts = Intl.DateTimeFormatOptions;

const DAY: Parts = { year: 'numeric', month: '2-digit', day: '2-digit' };
const TIME: Parts = { hour: 'numeric', minute: '2-digit' };

/**
 * Fills Slack's date template (`{date_short_pretty} at {time}`) for the viewer: their zone, their clock.
 * `seconds` is a Unix time. Answers `undefined` where the template or the time is not valid, so that the fallback shows.
 */
export function formatSlackDate(seconds: number, template: string, viewpoint: Viewpoint): string | undefined {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return undefined;
  let known = true;
  const text = template.replace(/\{(\w+)\}/g, (_, token: string) => {
    const written = writeToken(token, at, viewpoint);
    if (written === undefined) known = false;
    return written ?? '';
  });
  return known ? text : undefined;
}

function writeToken(token: string, at: Date, viewpoint: Viewpoint): string | undefined {
  const show = (parts: Parts) => write(at, parts, viewpoint);
  if (token.endsWith('_pretty'))
    return nearDay(at, viewpoint) ?? writeToken(plainToken(token), at, viewpoint);
  switch (token) {
    case 'date_num':
      return dayKey(at, viewpoint);
    case 'date_slash':
      return show(DAY).replaceAll('.', '/');
    case 'date':
      return show({ month: 'long', day: 'numeric' });
    case 'date_short':
      return show({ year: 'numeric', month: 'short', day: 'numeric' });
    case 'date_long':
      return show({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
    case 'date_long_full':
      return show({ year: 'numeric', month: 'long', day: 'numeric' });
    case 'time':
      return show(TIME);
    case 'time_secs':
      return show({ ...TIME, second: '2-digit' });
    case 'ago':
      return relative(at, viewpoint.now);
    default:
      return undefined;
  }
}

const plainToken = (pretty: string): string =>
  pretty === 'day_divider_pretty' ? 'date_long' : pretty.slice(0, -'_pretty'.length);

/** An instant in the viewer's zone and manner. */
export function write(at: Date, parts: Parts, viewpoint: Viewpoint): string {
  return new Intl.DateTimeFormat(localeOf(viewpoint.viewer), {
    timeZone: viewpoint.viewer.tz,
    ...parts,
  }).format(at);
}

/** `YYYY-MM-DD` of the viewer's calendar. */
export function dayKey(at: Date, viewpoint: Viewpoint): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: viewpoint.viewer.tz, ...DAY }).format(at);
}

/** `Today`, `Yesterday`, `Tomorrow`, or nothing. */
function nearDay(at: Date, viewpoint: Viewpoint): string | undefined {
  const day = 86_400_000;
  const distance = (Date.parse(dayKey(at, viewpoint)) - Date.parse(dayKey(viewpoint.now, viewpoint))) / day;
  return { '-1': 'Yesterday', '0': 'Today', '1': 'Tomorrow' }[String(distance)];
}

function relative(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en').format(Math.trunc(seconds / size), unit);
}

/** The line between two days of a conversation. */
export function dayDivider(at: Date, viewpoint: Viewpoint): string {
  return nearDay(at, viewpoint) ?? write(at, { weekday: 'long', month: 'long', day: 'numeric' }, viewpoint);
}

/** Time of day, e.g. `22:30` or `10:30 PM`. */
export const clockTime = (at: Date, viewpoint: Viewpoint): string => write(at, TIME, viewpoint);

/** A full date and time with the zone's name, for hovering. */
export function fullTime(at: Date, viewpoint: Viewpoint): string {
  const parts: Parts = {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZoneName: 'short',
  };
  return write(at, { ...parts, hour: 'numeric', minute: '2-digit', second: '2-digit' }, viewpoint);
}

/** A message's `ts` as an instant. */
export const instantOf = (ts: string): Date => new Date(Number(ts) * 1000);
