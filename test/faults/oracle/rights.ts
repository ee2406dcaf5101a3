import type { Attempt } from '../people.ts';
import type { Moment, State } from './moments.ts';
import { MINUTE, type Plan } from './plan.ts';

/** Who may do what, by the plan's roles; a vote is the sponsor's, and the deputy's too once called in. */
export function mayAct(
  plan: Plan,
  verb: string,
  actor: string,
  { escalated }: { escalated: boolean },
): boolean {
  const { lead, sponsor, deputy, communicator, operations, roles } = plan;
  if (verb.startsWith('vote ')) return actor === sponsor || (actor === deputy && escalated);
  const allowed: Record<string, string[]> = {
    edit: [lead],
    schedule: [lead, sponsor],
    reschedule: [lead, sponsor],
    cancel: [lead, sponsor],
    start: [lead],
    done: [lead],
    status: [lead, communicator],
    issue: [lead, communicator, ...operations],
    resolve: [lead, communicator, ...operations],
    rollback: roles,
    close: [lead, sponsor],
    resend: [lead, communicator, ...operations],
  };
  return allowed[verb]?.includes(actor) ?? false;
}

const RUNNING: State[] = ['in_progress', 'verifying', 'rolling_back'];
const UNDECIDED: State[] = ['in_progress', 'verifying'];
const FROM: Record<string, State[]> = {
  schedule: ['draft'],
  reschedule: ['scheduled'],
  cancel: ['draft', 'scheduled'],
  start: ['scheduled'],
  done: RUNNING,
  status: RUNNING,
  issue: RUNNING,
  resolve: RUNNING,
  rollback: UNDECIDED,
  close: ['completed', 'rolled_back'],
};
/** From here on before its start the work may begin. */
const STARTABLE = 15 * MINUTE;

/** Whether the upgrade, as it stood then, lets somebody with the right do it; `margin` around all that hangs on the clock. */
export function isPossible(plan: Plan, deed: Attempt, then: Moment, margin: number): boolean {
  const { verb, from, to } = deed;
  if (verb.startsWith('vote '))
    return (
      UNDECIDED.includes(then.state) &&
      then.open !== undefined &&
      !(verb === 'vote more_time' && then.extended)
    );
  if (!FROM[verb]?.includes(then.state)) return false;
  switch (verb) {
    case 'schedule':
      return to + margin < then.start;
    case 'reschedule':
      return deed.start !== undefined && deed.start > to + margin && deed.start !== then.start;
    case 'start':
      return from - margin > then.start - STARTABLE && to + margin < then.start + plan.noReturn;
    case 'done':
      return then.state !== 'verifying' || then.open === undefined;
    case 'resolve':
      return deed.number !== undefined && then.issues.includes(deed.number);
    default:
      return true;
  }
}
