import { addMinutes, differenceInMilliseconds } from 'date-fns';
import { LATE_POLICY } from '../timetable/late-policy.ts';
import { STATE_NAMES } from '../upgrade/lifecycle.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { noticeTimes } from '../upgrade/window.ts';

/** A planned notice when its time has come, or later. */
export interface DueNotice {
  dueAt: Date;
  /** When it was written into the timetable: the upgrade was scheduled or moved then. */
  plannedAt: Date;
  revision: number;
}

type Announced = Pick<Upgrade, 'state' | 'plan' | 'startsAt' | 'revision'>;

const { state: inState, moved, passed, started, overtaken } = LATE_POLICY.notice.leftOut;

/** It is in a state in which there is no more to be said of it. */
export const notIn = ({ state }: Pick<Upgrade, 'state'>): string => inState.replace('…', STATE_NAMES[state]);

/** First match first: why a notice is not sent. What is left is still true, however late. */
const REASONS: [(notice: DueNotice, upgrade: Announced, now: Date) => boolean, (of: Announced) => string][] =
  [
    [(_, { state }) => state !== 'scheduled', notIn],
    [(notice, { revision }) => notice.revision !== revision, () => moved],
    [({ dueAt, plannedAt }) => dueAt < plannedAt, () => passed],
    [(_, { startsAt }, now) => now >= startsAt, () => started],
    [isOvertaken, () => overtaken],
  ];

/** Why this notice must not go out now; undefined when it must. */
export const whySkipped = (notice: DueNotice, upgrade: Announced, now: Date): string | undefined =>
  REASONS.find(([applies]) => applies(notice, upgrade, now))?.[1](upgrade);

function isOvertaken({ dueAt }: DueNotice, { plan, startsAt }: Announced, now: Date): boolean {
  return noticeTimes(plan, startsAt).some(({ at }) => at > dueAt && at <= now);
}

/** When something is said of a window that nobody has started: minutes after its planned start. */
export const START_WATCH = { 'start.awaited': 5, 'start.overdue': 30 } as const;
export type StartWatch = keyof typeof START_WATCH;

/** Why nobody need be asked any more about a start that was planned in this revision; undefined while somebody must. */
export function whyNotAwaited(
  watch: StartWatch,
  revision: string,
  upgrade: Pick<Upgrade, 'state' | 'startsAt' | 'revision'>,
  now: Date,
): string | undefined {
  const late = LATE_POLICY['start.awaited'].leftOut;
  if (upgrade.state !== 'scheduled') return notIn(upgrade);
  if (String(upgrade.revision) !== revision) return late.moved;
  const overdue = addMinutes(upgrade.startsAt, START_WATCH['start.overdue']);
  return watch === 'start.awaited' && now >= overdue ? late.overdue : undefined;
}

const HOUR = 60;
const DAY = 24 * HOUR;

/**
 * Minutes until `start`, as they should be said: to the minute, but whole days where a change of clocks or a slow minute
 * made them a little more or less than that.
 */
export function remainingMinutes(start: Date, now: Date): number {
  const minutes = Math.max(0, Math.round(differenceInMilliseconds(start, now) / 60_000));
  const days = Math.round(minutes / DAY);
  return days > 0 && Math.abs(minutes - days * DAY) <= HOUR ? days * DAY : minutes;
}
