import type { Unit } from '../context.ts';
import { findDelivery } from '../outbox/index.ts';
import { type Fact, type Facts, type Follower, follow } from '../record/index.ts';
import { OVERTAKEN } from '../timetable/index.ts';
import { meaningOf } from '../upgrade/explain-refusal.ts';
import type { Doubts } from './doubts.ts';
import { MESSAGES, type Metrics, REASONS } from './metrics.ts';

/** Counts what goes on the record, once it is committed: the figures and the record cannot disagree. */
export function countFacts(metrics: Metrics, doubts: Doubts): Follower[] {
  return [
    counted('message.sent', ({ kind, lane = 'outbox', plannedFor }, now) =>
      metrics.lateness.observe(
        { kind: oneOf(MESSAGES, kind), lane },
        Math.max(0, now.getTime() - Date.parse(plannedFor)) / 1_000,
      ),
    ),
    countFailures(metrics),
    counted('message.failed', ({ delivery }) => doubts.end(delivery, 'not_sent')),
    counted('message.withdrawn', ({ delivery, kind, reason }) => {
      doubts.end(delivery, 'not_sent');
      metrics.withdrawn.inc({ kind });
      // Its row was settled in time, while Slack was away: no row tells of it.
      if (kind === 'heartbeat' && reason === OVERTAKEN) metrics.missed.inc();
    }),
    counted('timetable.skipped', ({ kind }) => metrics.skipped.inc({ kind })),
    counted('timetable.failed', ({ kind }) => metrics.rowsFailed.inc({ kind })),
    counted('heartbeat.missed', ({ count }) => metrics.missed.inc(count)),
    counted('act.refused', ({ verb }) => metrics.refusedActs.inc({ verb })),
  ];
}

function counted<F extends Fact>(fact: F, count: (data: Facts[F], now: Date) => void): Follower {
  return follow(fact, async (unit: Unit, { data }) => unit.afterCommit(async () => count(data, unit.now)));
}

/** Whoever followed a failure may have found another way: it is counted where it is one all the same. */
const countFailures = (metrics: Metrics): Follower =>
  follow('message.failed', async ({ context, afterCommit }, { actor, data }) =>
    afterCommit(async () => {
      const delivery = await findDelivery(context.db, actor.teamId, data.delivery);
      if (delivery?.state !== 'failed') return;
      metrics.failed.inc({ reason: oneOf(REASONS, meaningOf(data.error, data.target)) });
    }),
  );

const oneOf = (known: string[], label: string): string => (known.includes(label) ? label : 'other');
