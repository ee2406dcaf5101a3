import { max, startOfMinute } from 'date-fns';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import type { Window } from '../upgrade/window.ts';
import type { Choice } from './tables.ts';

const MINUTE = 60_000;

type RollbackPlan = Pick<ResolvedPlan, 'rollback'>;

/** What somebody with a vote can say. `more_time` does not settle the decision. */
export const BALLOTS = ['roll_back', 'keep_going', 'more_time'] as const;
export type Ballot = (typeof BALLOTS)[number];

export interface Deadlines {
  /** The sponsor's; then the deputy may decide too. */
  deadlineAt: Date;
  /** After it the plan's word on silence is taken. */
  finalDeadlineAt: Date;
}

export const later = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE);

/** The sponsor has the plan's time to answer, and then the deputy has as much again. */
export function deriveDeadlines({ rollback }: RollbackPlan, openedAt: Date): Deadlines {
  return {
    deadlineAt: later(openedAt, rollback.answerWithin),
    finalDeadlineAt: later(openedAt, 2 * rollback.answerWithin),
  };
}

/** More time moves what is still ahead: both deadlines, or the last one once the deputy was called in. */
export function extendDeadlines(
  { rollback }: RollbackPlan,
  open: Deadlines & { escalatedAt: Date | null },
): Deadlines {
  return {
    deadlineAt: open.escalatedAt ? open.deadlineAt : later(open.deadlineAt, rollback.extension),
    finalDeadlineAt: later(open.finalDeadlineAt, rollback.extension),
  };
}

/** The deputy gets the whole time to answer, also where being called in was delayed. */
export const lastDeadline = ({ rollback }: RollbackPlan, planned: Date, escalatedAt: Date): Date =>
  new Date(Math.max(planned.getTime(), later(escalatedAt, rollback.answerWithin).getTime()));

export const onSilence = ({ rollback }: RollbackPlan): Choice =>
  rollback.onSilence === 'roll-back' ? 'roll_back' : 'keep_going';

/**
 * When Watchbell asks by itself: so that both deadlines end before a rollback no longer fits, but never before the work
 * should be done. A plan with less room for repair than that is warned of it.
 */
export function asksByItselfAt({ rollback }: RollbackPlan, { pointOfNoReturn, phases }: Window): Date {
  const inTime = later(pointOfNoReturn, -2 * rollback.answerWithin);
  const workDueAt = phases.find(({ name }) => name === 'execution')?.end ?? inTime;
  return max([inTime, workDueAt]);
}

/** Whether the last deadline is after the point of no return, to the minute, as both are shown. */
export const endsTooLate = ({ finalDeadlineAt }: Deadlines, { pointOfNoReturn }: Window): boolean =>
  startOfMinute(finalDeadlineAt) > startOfMinute(pointOfNoReturn);

/** When the old version should run again, and when it is verified and the users are told. */
export function deriveRollbackEnd(
  { window }: Pick<ResolvedPlan, 'window'>,
  decidedAt: Date,
): { restoredAt: Date; doneAt: Date } {
  const { rollback, verification, communication } = window.phases;
  const restoredAt = later(decidedAt, rollback);
  return { restoredAt, doneAt: later(restoredAt, verification + communication) };
}
