import type { Unit } from '../context.ts';
import { type Fact, type Facts, type Follower, follow } from '../record/index.ts';
import { type Metrics, REASONS } from './metrics.ts';

/** Counts what goes on the record, once it is committed: the figures and the record cannot disagree. */
export function countFacts(metrics: Metrics): Follower[] {
  return [
    counted('message.sent', ({ kind, plannedFor }, now) =>
      metrics.lateness.observe({ kind }, Math.max(0, now.getTime() - Date.parse(plannedFor)) / 1_000),
    ),
    counted('message.failed', ({ error }) => metrics.failed.inc({ reason: codeOf(error) })),
    counted('message.withdrawn', ({ kind }) => metrics.withdrawn.inc({ kind })),
    counted('timetable.skipped', ({ kind }) => metrics.skipped.inc({ kind })),
    counted('timetable.failed', ({ kind }) => metrics.rowsFailed.inc({ kind })),
    counted('heartbeat.missed', ({ count }) => metrics.missed.inc(count)),
    counted('act.refused', ({ verb }) => metrics.refusedActs.inc({ verb })),
  ];
}

function counted<F extends Fact>(fact: F, count: (data: Facts[F], now: Date) => void): Follower {
  return follow(fact, async (unit: Unit, { data }) => unit.afterCommit(async () => count(data, unit.now)));
}

const codeOf = (error: string): string => (REASONS.includes(error) ? error : 'other');
