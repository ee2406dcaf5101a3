import { sayMinutes } from '../templates/values.ts';
import type { Upgrade } from './store.ts';
import { noticeTimes } from './window.ts';

/** What scheduling it at `now` would leave unsaid ahead of the start, in sentences; empty where every notice goes out. */
export function warnOfSilence({ plan, startsAt }: Pick<Upgrade, 'plan' | 'startsAt'>, now: Date): string[] {
  const times = noticeTimes(plan, startsAt);
  const missed = times.filter(({ at }) => at <= now);
  if (missed.length === times.length) {
    const why = missed.length > 0 ? 'the times of all notices have passed' : 'the plan has no notices';
    return [`Nobody would be told before the start: ${why}. Plan a later start, or tell people another way.`];
  }
  if (missed.length === 0) return [];
  const offsets = missed.map(({ minutes }) => sayMinutes(minutes)).join(' and ');
  return [`Too late for the notice ${offsets} before the start: it would not be sent.`];
}
