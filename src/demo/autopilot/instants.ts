import { TZDate } from '@date-fns/tz';

const MINUTE = 60_000;

/** `2026-12-05T22:00` on a clock in Berlin. */
export const berlin = (local: string): Date => inZone(local, 'Europe/Berlin');

export function inZone(local: string, zone: string): Date {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = local.split(/\D/).map(Number);
  return new Date(new TZDate(year, month - 1, day, hour, minute, zone).getTime());
}

export const minutesAfter = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE);
