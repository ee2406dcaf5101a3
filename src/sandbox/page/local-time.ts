import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';

/** `2026-12-05T22:00` of a Unix time in `zone`: what a datetime-local field holds. */
export const localDateTime = (seconds: number, zone: string): string =>
  format(new TZDate(seconds * 1000, zone), "yyyy-MM-dd'T'HH:mm");

/** The Unix time of a datetime-local field's value in `zone`; NaN when it is none. */
export function unixTime(local: string, zone: string): number {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(local);
  if (!parts) return Number.NaN;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts.slice(1).map(Number);
  return new TZDate(year, month - 1, day, hour, minute, 0, zone).getTime() / 1000;
}
