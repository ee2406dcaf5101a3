import type { Seen } from '../observer.ts';
import type { Demand } from './demand.ts';
import type { Measure, Verdict } from './verdict.ts';

/** Real milliseconds within which two messages count as due at the same time. */
const APART_MS = 2_000;

/** What a fact leads to is written down with the fact; what hangs on a time, when it is decided: not before that time. */
const WITH_THE_FACT = /^(notice\.|decision|rollback\.)/;

/** What people are told directly goes in two lanes, which do not wait for each other. */
const isChannel = (target: string): boolean => target.startsWith('C');

/** Messages in one channel appear in the order in which they were written down. */
export function judgeOrder(
  key: string,
  demands: Demand[],
  find: (kind: string, slot: string, target: string) => Seen | undefined,
  measure: Measure,
  verdict: Verdict,
): void {
  const present = demands.flatMap((demand) => {
    const seen = find(demand.kind, demand.slot, demand.target);
    return seen ? [{ demand, seen }] : [];
  });
  for (const first of present.filter(({ demand }) => WITH_THE_FACT.test(demand.kind)))
    for (const then of present) {
      if (!isChannel(first.demand.target)) continue;
      if (then.demand.target !== first.demand.target || then.seen.at >= first.seen.at) continue;
      const apart = measure.between(first.demand.due, then.demand.due);
      if (then.demand.due > first.demand.due && apart > APART_MS)
        verdict.wrong.push(
          `${key}: ${then.demand.kind} ${then.demand.slot} overtook ${first.demand.kind} ${first.demand.slot} at ${first.demand.target}`,
        );
    }
}
