import { collectDefaultMetrics } from 'prom-client';
import type { Clock } from '../clock.ts';
import { type Database, openDatabase } from '../db/client.ts';
import { deadline } from '../jobs/bullmq/deadline.ts';
import type { Jobs } from '../jobs/port.ts';
import type { Logger } from '../logger.ts';
import type { Follower } from '../record/index.ts';
import type { SlackClient } from '../slack/port.ts';
import type { ClientOptions } from '../slack/web-caller.ts';
import { RUNNING } from '../upgrade/lifecycle.ts';
import { type Backlog, readBacklog } from './backlog.ts';
import { Clocks } from './clocks.ts';
import { Doubts } from './doubts.ts';
import { countFacts } from './follow-facts.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type Checks, createReadiness } from './readiness.ts';
import { countCalls, watchDeliveries, watchedFetch } from './watch-slack.ts';

export interface Observed {
  databaseUrl: string;
  /** What the work is done with. */
  database: Pick<Database, 'pool'>;
  jobs: Pick<Jobs, 'health'>;
  clock: Clock;
  logger: Logger;
  version: string;
  role: string;
  /** Of the timetable's rows. */
  kinds: string[];
}

export interface Observation {
  /** For the Slack client, so that its calls are traced. */
  fetch: NonNullable<ClientOptions['fetch']>;
  /** The same, so that they are timed. */
  onCall: NonNullable<ClientOptions['onCall']>;
  /** Shows a pool of connections beside that of the work. */
  addPool(name: string, pool: Database['pool']): void;
  /** Counts what becomes of deliveries; the same client otherwise. */
  watch(client: SlackClient): SlackClient;
  /** Takes `trouble` for why nothing that people do arrives; undefined where it does. */
  hear(trouble: () => string | undefined): void;
  /** Count what goes on the record. */
  followers: Follower[];
  /** What this process needs, and whether it has it. */
  examine(): Promise<Checks>;
  /** Everything that is measured, in Prometheus' text format. Answers also when the database does not. */
  scrape(): Promise<{ type: string; text: string }>;
  close(): Promise<void>;
}

/** Real milliseconds; Prometheus gives up after ten seconds by default. */
const PATIENCE_MS = 3_000;

/** What this process looks like from outside. */
export function observe(observed: Observed): Observation {
  const metrics = createMetrics(observed.kinds);
  const doubts = new Doubts(metrics);
  const clocks = new Clocks();
  const pools = new Map([['work', observed.database.pool]]);
  // Whoever probes does not stand in the way of the work, however often it is.
  const own = openDatabase(observed.databaseUrl, { max: 2, logger: observed.logger });
  metrics.info.set({ version: observed.version, role: observed.role }, 1);
  let identity: () => Promise<unknown> = async () => undefined;
  let trouble: () => string | undefined = () => undefined;
  const look = createReadiness({
    ...observed,
    database: own,
    identity: () => identity(),
    trouble: () => trouble(),
    clocks,
  });
  let machine = false;
  return {
    fetch: watchedFetch(clocks),
    onCall: countCalls(metrics),
    addPool: (name, pool) => void pools.set(name, pool),
    watch(client) {
      identity = () => client.identity();
      return watchDeliveries(client, metrics, doubts);
    },
    hear(ask) {
      trouble = ask;
    },
    followers: countFacts(metrics, doubts),
    examine: look,
    async scrape() {
      if (!machine) collectDefaultMetrics({ register: metrics.registry });
      machine = true;
      showPools(metrics, pools);
      await gauge(observed, own, { metrics, clocks, look });
      return { type: metrics.registry.contentType, text: await metrics.registry.metrics() };
    },
    close: () => own.close(),
  };
}

async function gauge(
  { jobs, clock, logger, kinds }: Observed,
  { db }: Pick<Database, 'db'>,
  { metrics, clocks, look }: { metrics: Metrics; clocks: Clocks; look: () => Promise<Checks> },
): Promise<void> {
  const backlog = deadline(readBacklog(db, clock.now()), PATIENCE_MS).catch((error: unknown) => {
    logger.debug({ err: error }, 'metrics: the backlog could not be read');
    return undefined;
  });
  const [found, queue, checks] = await Promise.all([backlog, jobs.health(), look()]);
  metrics.databaseUp.set(found ? 1 : 0);
  if (found) showBacklog(metrics, kinds, found);
  else forgetBacklog(metrics);
  metrics.queueUp.set({ backend: queue.backend }, queue.ok ? 1 : 0);
  metrics.queueJobs.reset();
  for (const [topic, count] of Object.entries(queue.jobs ?? {})) metrics.queueJobs.set({ topic }, count);
  for (const [check, { state }] of Object.entries(checks)) metrics.check.set({ check }, WORTH[state]);
  metrics.drift.reset();
  for (const { against, seconds } of clocks.ahead()) metrics.drift.set({ against }, seconds);
}

const WORTH = { ok: 1, degraded: 0.5, failed: 0 };

const LANES = ['outbox', 'bulk'];
const NOTHING = { pending: 0, oldest: 0, doubtful: 0, retrying: 0 };

function showPools({ pool: shown }: Metrics, pools: Map<string, Database['pool']>): void {
  for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
    shown.set({ pool, state: 'open' }, totalCount);
    shown.set({ pool, state: 'idle' }, idleCount);
    shown.set({ pool, state: 'waiting' }, waitingCount);
  }
}

/** What was true before the database went away is not shown as if it still were. */
function forgetBacklog(metrics: Metrics): void {
  for (const gauge of Object.values(metrics.backlog)) {
    gauge.reset();
    gauge.remove({});
  }
}

function showBacklog(
  { backlog: shown }: Metrics,
  kinds: string[],
  { timetable, waiting, outbox, decisions, running, overrunning }: Backlog,
): void {
  shown.rowsPlanned.set(timetable.planned);
  shown.rowsDue.set(timetable.due);
  for (const kind of kinds) shown.rowsOldest.set({ kind }, waiting[kind] ?? 0);
  shown.rowsRetrying.set(timetable.retrying);
  for (const lane of LANES) {
    const { pending, oldest, doubtful, retrying } = outbox[lane] ?? NOTHING;
    shown.pending.set({ lane }, pending);
    shown.pendingOldest.set({ lane }, oldest);
    shown.doubtful.set({ lane }, doubtful);
    shown.retrying.set({ lane }, retrying);
  }
  shown.openDecisions.set(decisions.open);
  shown.overdueDecisions.set(decisions.overdue);
  for (const state of RUNNING) shown.running.set({ state }, running[state] ?? 0);
  shown.overrunning.set(overrunning);
}
