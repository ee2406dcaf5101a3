import { differenceInMilliseconds, differenceInMinutes, endOfMinute } from 'date-fns';
import type { Phase } from '../upgrade/plan/schema.ts';
import type { StatusLine, Upgrade } from '../upgrade/store.ts';
import { heartbeatSlot, latestSlot, progressAt, type Window } from '../upgrade/window.ts';
import type { Watch } from './schemas.ts';

/** The heartbeat that goes out now for the row of `slot`. */
export interface Beat {
  slot: number;
  dueAt: Date;
  /** Heartbeats that were due before it and never went out. */
  missed: { count: number; first: Date; last: Date } | undefined;
  /** How late it is, in minutes. */
  late: number;
  next: { slot: number; dueAt: Date };
}

/** Whatever was missed collapses into one heartbeat for the latest slot that is due. */
export function deriveBeat(anchor: Date, intervalMinutes: number, slot: number, now: Date): Beat {
  const at = (each: number) => heartbeatSlot(anchor, intervalMinutes, each);
  const latest = Math.max(slot, latestSlot(anchor, intervalMinutes, now));
  return {
    slot: latest,
    dueAt: at(latest),
    missed: latest > slot ? { count: latest - slot, first: at(slot), last: at(latest - 1) } : undefined,
    late: Math.max(0, differenceInMinutes(now, at(latest))),
    next: { slot: latest + 1, dueAt: at(latest + 1) },
  };
}

/** When the next heartbeat comes, as a message of this minute says it: the one that is due in the same minute is no news to come. */
export const nextBeatAfter = (anchor: Date, intervalMinutes: number, now: Date): Date =>
  heartbeatSlot(anchor, intervalMinutes, latestSlot(anchor, intervalMinutes, endOfMinute(now)) + 1);

/** How long before a heartbeat the communicator is asked, in minutes: 5, and never more than half of the interval. */
export const askLead = (intervalMinutes: number): number => Math.min(5, Math.floor(intervalMinutes / 2));

/** The latest status line, and whether a heartbeat that was really sent has shown it. */
export interface LatestLine {
  line: StatusLine;
  shown: boolean;
}

/** The line that no heartbeat has shown yet, if any, and what the next heartbeat must know. */
export const watchLine = (
  { silent }: Watch,
  latest: LatestLine | undefined,
): { line: StatusLine | undefined; watch: Watch } =>
  latest && !latest.shown
    ? { line: latest.line, watch: { silent: 0 } }
    : { line: undefined, watch: { silent: silent + 1 } };

/** Who is called after so many heartbeats in a row without a line. */
const CALLED_AFTER = { lead: 2, sponsor: 3 } as const;

export const isCalled = (role: keyof typeof CALLED_AFTER, silent: number): boolean =>
  silent >= CALLED_AFTER[role];

/** In minutes. `remaining` counts to the planned end of the window and is negative after it. */
export interface Standing {
  elapsed: number;
  remaining: number;
  behind: number;
}

/** How the work stands against the plan: technical work against the end of execution, verification against its own end. */
export function standingAt(
  window: Window,
  upgrade: Pick<Upgrade, 'state' | 'startedAt'>,
  now: Date,
): Standing {
  const { elapsed, behind } = progressAt(window, now, { startedAt: upgrade.startedAt });
  const remaining = Math.round(differenceInMilliseconds(window.end, now) / 60_000);
  if (upgrade.state === 'in_progress') return { elapsed, remaining, behind };
  if (upgrade.state === 'rolling_back') return { elapsed, remaining, behind: 0 };
  return { elapsed, remaining, behind: Math.max(0, differenceInMinutes(now, endOf(window, 'verification'))) };
}

const endOf = (window: Window, phase: Phase): Date =>
  window.phases.find(({ name }) => name === phase)?.end ?? window.end;
