import { formatDistanceStrict, subMinutes } from 'date-fns';
import type { Role } from './authority.ts';
import type { OpenDecision } from './find-open-decision.ts';
import { decideTransition, type Transition, type Verb } from './lifecycle.ts';
import { keyOf, type Upgrade } from './store.ts';
import { deriveWindow } from './window.ts';

/** What a verb depends on beside the state. */
export interface Moment {
  now: Date;
  decision?: OpenDecision | undefined;
}

/** `ask`: the roles on whose word it waits. */
export type Decided = Transition & { ask?: Role[] };

/** Whether the state and the moment allow the verb: the one rule behind every refusal and every button. */
export function decideNow(upgrade: Upgrade, verb: Verb, moment: Moment): Decided {
  const key = keyOf(upgrade);
  const transition = decideTransition({ key, state: upgrade.state }, verb);
  if ('refusal' in transition) return transition;
  if (verb === 'start') return whyNotStarted(upgrade, key, moment.now) ?? transition;
  if (verb === 'complete' && moment.decision) return waitsForDecision(key, moment.decision);
  return transition;
}

/** The shortest of the usual notices: whoever was told is ready by then. Minutes. */
const EARLY = 15;

/** From here on the work may begin. */
export const startableFrom = ({ startsAt }: Pick<Upgrade, 'startsAt'>): Date => subMinutes(startsAt, EARLY);

/** Whether a rollback no longer fits into the planned window. */
export const isPastNoReturn = ({ plan, startsAt }: Pick<Upgrade, 'plan' | 'startsAt'>, now: Date): boolean =>
  deriveWindow(plan, startsAt).pointOfNoReturn <= now;

function whyNotStarted(upgrade: Upgrade, key: string, now: Date): Decided | undefined {
  const { startsAt, endsAt } = upgrade;
  const move = `move it with /upgrade reschedule ${key}, so that everybody who was told hears the new time.`;
  if (now < startableFrom(upgrade)) {
    return {
      refusal: `${key} is planned to start in ${formatDistanceStrict(startsAt, now)}, and nobody expects it before.`,
      next: `It can be started from ${EARLY} minutes before. To begin earlier, ${move}`,
    };
  }
  if (now < endsAt) return undefined;
  return {
    refusal: `The planned window of ${key} ended ${formatDistanceStrict(endsAt, now)} ago.`,
    next: `To begin all the same, ${move}`,
  };
}

/** Only the sponsor binds, and the deputy once called in: whoever runs the work must not end the question by completing. */
const waitsForDecision = (key: string, { called }: OpenDecision): Decided => ({
  refusal: `${key} cannot be completed while a rollback decision is open.`,
  next: `Only that word settles it; once it is to keep going, use /upgrade done ${key}.`,
  ask: called ? ['sponsor', 'deputy'] : ['sponsor'],
});
