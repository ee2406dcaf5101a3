import { tzOffset } from '@date-fns/tz';
import { nearest } from './nearest.ts';

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * What a local time in a zone stands for. In a gap (clocks go forward) it stands for nothing, in an overlap (clocks go
 * back) for two instants; `choices` are the two texts, with their offsets, that say which is meant.
 */
export type ZonedInstant =
  | { kind: 'unique'; instant: Date }
  | { kind: 'overlap'; instants: [Date, Date]; choices: [string, string] }
  | { kind: 'gap'; choices: [string, string] }
  | { kind: 'wrong_offset'; choices: string[] }
  | { kind: 'unreadable' };

/** Reads `2026-12-05T22:00` as a wall-clock time in an existing IANA zone; an offset such as `+02:00` settles an overlap. */
export function zonedInstant(local: string, zone: string): ZonedInstant {
  const read = readLocal(local);
  if (!read) return { kind: 'unreadable' };
  const { wall, offset } = read;
  const before = tzOffset(zone, new Date(wall - DAY));
  const after = tzOffset(zone, new Date(wall + DAY));
  const [first, second] = [...new Set([before, after])]
    .map((minutes) => new Date(wall - minutes * MINUTE))
    .filter((instant) => wallOf(instant, zone) === wall);

  if (!first) {
    const choices = [before, after].map((minutes) => withOffset(new Date(wall - minutes * MINUTE), zone));
    return { kind: 'gap', choices: choices.reverse() as [string, string] };
  }
  if (offset !== undefined) {
    const meant = [first, second].find((instant) => instant && tzOffset(zone, instant) === offset);
    if (meant) return { kind: 'unique', instant: meant };
    const choices = [first, second].flatMap((instant) => (instant ? [withOffset(instant, zone)] : []));
    return { kind: 'wrong_offset', choices };
  }
  if (!second) return { kind: 'unique', instant: first };
  return {
    kind: 'overlap',
    instants: [first, second],
    choices: [withOffset(first, zone), withOffset(second, zone)],
  };
}

/** The instant as a plan writes it in that zone: `2026-12-05T22:00`, with the offset only where it would be ambiguous. */
export function localText(instant: Date, zone: string): string {
  const plain = isoWall(instant, zone);
  return zonedInstant(plain, zone).kind === 'unique' ? plain : withOffset(instant, zone);
}

/** Whether it is an IANA zone that this runtime knows. `tzOffset` does not tell: of an unknown name it reads what it can. */
export function isZone(zone: string): boolean {
  try {
    return /^[a-z]/i.test(zone) && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

/** The known zone that was most likely meant: `Europe/Berln` or `Berlin` → `Europe/Berlin`. */
export function nearestZone(zone: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  if (zone.includes('/')) return nearest(zone, zones);
  const cities = new Map(zones.map((name) => [name.slice(name.lastIndexOf('/') + 1), name]));
  const city = nearest(zone.replaceAll(' ', '_'), [...cities.keys()]);
  return city && cities.get(city);
}

function readLocal(text: string): { wall: number; offset?: number } | undefined {
  const found = LOCAL.exec(text.trim());
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const same = new Date(wall)
    .toISOString()
    .startsWith(text.trim().slice(0, 16).replace(' ', 'T').toUpperCase());
  if (!same || second > 59) return undefined;
  return found[7] ? { wall, offset: readOffset(found[7]) } : { wall };
}

function readOffset(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
}

const wallOf = (instant: Date, zone: string) => instant.getTime() + tzOffset(zone, instant) * MINUTE;

function isoWall(instant: Date, zone: string): string {
  const text = new Date(wallOf(instant, zone)).toISOString();
  return text.slice(0, text.slice(17, 19) === '00' ? 16 : 19);
}

function withOffset(instant: Date, zone: string): string {
  const offset = tzOffset(zone, instant);
  const size = Math.abs(offset);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${isoWall(instant, zone)}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
