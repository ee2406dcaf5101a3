import { TZDate } from '@date-fns/tz';
import { addDays, isWeekend, nextMonday, set } from 'date-fns';
import { formatDuration } from './plan/duration.ts';
import { PHASES, type Phase, type Plan } from './plan/schema.ts';
import { localText, zonedInstant } from './plan/zoned-time.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

export interface PhaseSpan {
  name: Phase;
  start: Date;
  end: Date;
}

/** A maintenance window as planned. Its phases follow one another without a gap from `start` to `end`. */
export interface Window {
  start: Date;
  end: Date;
  zone: string;
  phases: PhaseSpan[];
  /** After it a rollback no longer fits into the window. */
  pointOfNoReturn: Date;
}

/** In whole minutes, rounded down. */
export interface Progress {
  /** Since the actual start. */
  elapsed: number;
  /** To the planned end; 0 after it. */
  left: number;
  /** Past the planned end; 0 before it. */
  overrun: number;
  /** How far behind the plan: a late start, or technical work that goes on after the planned end of execution. */
  behind: number;
}

export interface NoticeTime {
  /** As the plan writes it: `7d`, `15m`. */
  offset: string;
  minutes: number;
  at: Date;
}

type Windowed = Pick<Plan, 'window'>;

/** The planned start. Throws a RangeError for a window that was never checked. */
export const startOf = ({ window }: Windowed): Date => instantOf(window.start, window.timezone);

/** The window around its planned start. Whatever it is longer than its phases is room for repair. */
export function deriveWindow(plan: Windowed, start: Date = startOf(plan)): Window {
  const lengths = { ...plan.window.phases };
  const total = lengthOf(plan);
  lengths.repair += total - sum(Object.values(lengths));

  let at = start;
  const phases = PHASES.map((name) => {
    const span = { name, start: at, end: later(at, lengths[name]) };
    at = span.end;
    return span;
  });
  const end = later(start, total);
  const { rollback, verification, communication, decision } = lengths;
  const pointOfNoReturn = later(end, -(rollback + verification + communication + decision));
  return { start, end, zone: plan.window.timezone, phases, pointOfNoReturn };
}

/** Planned length in minutes: to the given end, the given length, or all phases. */
export function lengthOf(plan: Windowed): number {
  const { end, length, timezone, phases } = plan.window;
  if (end) return (instantOf(end, timezone).getTime() - startOf(plan).getTime()) / MINUTE;
  return length ?? sum(Object.values(phases));
}

/** The same plan with its window moved to another start; its length stays. */
export function movedTo<P extends Windowed>(plan: P, start: Date): P {
  const { window } = plan;
  const text = (at: Date) => localText(at, window.timezone);
  const end = window.end && { end: text(later(start, lengthOf(plan))) };
  return { ...plan, window: { ...window, start: text(start), ...end } };
}

/** The phase that is planned for that instant, or undefined outside the window. */
export const phaseAt = (window: Window, at: Date): PhaseSpan | undefined =>
  window.phases.find((phase) => phase.start <= at && at < phase.end);

/** Where the upgrade stands; `startedAt` and `workDoneAt` are what really happened, the window is what was planned. */
export function progressAt(
  window: Window,
  at: Date,
  actual: { startedAt?: Date | null; workDoneAt?: Date | null } = {},
): Progress {
  const startedAt = actual.startedAt ?? window.start;
  const workDueAt = window.phases.find((phase) => phase.name === 'execution')?.end ?? window.end;
  return {
    elapsed: Math.max(0, minutesBetween(startedAt, at)),
    left: Math.max(0, minutesBetween(at, window.end)),
    overrun: Math.max(0, minutesBetween(window.end, at)),
    behind: Math.max(
      0,
      minutesBetween(window.start, startedAt),
      minutesBetween(workDueAt, actual.workDoneAt ?? at),
    ),
  };
}

/** Whole minutes until a rollback no longer fits; negative once it does not. */
export const toPointOfNoReturn = (window: Window, at: Date): number =>
  minutesBetween(at, window.pointOfNoReturn);

/** When slot `k` is due; slot 0 is the anchor itself. Elapsed time, so a switch of clocks does not bend it. */
export const heartbeatSlot = (anchor: Date, intervalMinutes: number, slot: number): Date =>
  later(anchor, slot * intervalMinutes);

/** The latest slot that is due by `now`; negative before the anchor. */
export const latestSlot = (anchor: Date, intervalMinutes: number, now: Date): number =>
  Math.floor((now.getTime() - anchor.getTime()) / (intervalMinutes * MINUTE));

/** Every heartbeat after the anchor, up to and including `until`. */
export function heartbeatSlots(
  anchor: Date,
  intervalMinutes: number,
  until: Date,
): { slot: number; at: Date }[] {
  const count = Math.max(0, latestSlot(anchor, intervalMinutes, until));
  return Array.from({ length: count }, (_, index) => ({
    slot: index + 1,
    at: heartbeatSlot(anchor, intervalMinutes, index + 1),
  }));
}

/** When each notice is due, earliest first. Whole days keep the hour of the start in the window's zone; the rest is exact. */
export function noticeTimes(
  plan: Windowed & Pick<Plan, 'communication'>,
  start: Date = startOf(plan),
): NoticeTime[] {
  const { timezone } = plan.window;
  return [...new Set(plan.communication.notices)]
    .map((minutes) => ({ offset: formatDuration(minutes), minutes, at: before(start, minutes, timezone) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** `days` later at 10:00 in a person's own zone, and on Monday when that is a weekend. */
export function surveyTime(completedAt: Date, days: number, zone: string): Date {
  const day = addDays(new TZDate(completedAt.getTime(), zone), days);
  const working = isWeekend(day) ? nextMonday(day) : day;
  return plain(set(working, { hours: 10, minutes: 0, seconds: 0, milliseconds: 0 }));
}

/** Days from completion to the survey, or undefined when the plan has none. */
export function surveyDays({ communication }: Pick<Plan, 'communication'>): number | undefined {
  return communication.survey === 'off' ? undefined : Math.round(communication.survey / DAY_MINUTES);
}

function before(start: Date, minutes: number, zone: string): Date {
  if (minutes % DAY_MINUTES !== 0) return later(start, -minutes);
  return plain(addDays(new TZDate(start.getTime(), zone), -minutes / DAY_MINUTES));
}

function instantOf(local: string, zone: string): Date {
  const found = zonedInstant(local, zone);
  if (found.kind !== 'unique')
    throw new RangeError(`${local} in ${zone} is no unique instant (${found.kind})`);
  return found.instant;
}

const later = (at: Date, minutes: number) => new Date(at.getTime() + minutes * MINUTE);
const minutesBetween = (from: Date, to: Date) => Math.floor((to.getTime() - from.getTime()) / MINUTE);
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const plain = (at: Date) => new Date(at.getTime());
