import { sql } from 'drizzle-orm';
import { realMilliseconds, systemClock } from '../clock.ts';
import type { Database } from '../db/client.ts';
import { countPendingMigrations } from '../db/migrate.ts';
import { deadline } from '../jobs/bullmq/deadline.ts';
import type { Jobs } from '../jobs/port.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { Clocks } from './clocks.ts';

/** `degraded`: it works, later or with a risk that an operator must know; `failed`: no work can be done here. */
export interface Check {
  state: 'ok' | 'degraded' | 'failed';
  detail: string;
}

export type Checks = Record<'database' | 'migrations' | 'queue' | 'slack' | 'delivery' | 'clock', Check>;

export interface Examined {
  database: Pick<Database, 'db' | 'pool'>;
  jobs: Pick<Jobs, 'health'>;
  /** Asks Slack who we are. */
  identity: () => Promise<unknown>;
  /** Why nothing that people do reaches this process; undefined where it does, or is not to. */
  trouble: () => string | undefined;
  role: string;
  clocks: Clocks;
}

/** Real milliseconds; a probe gives up after a few seconds itself. */
const PATIENCE_MS = 2_000;
/** However many probes there are, the stores are looked at this often at most. */
const FRESH_MS = 1_000;
/** Slack is asked at most this often, however many probes there are. */
const SLACK_FRESH_MS = 30_000;
/** From here on people see times that are off; and Slack's signed requests are refused from five minutes on. */
const DRIFT_DEGRADED_S = 2;
const DRIFT_FAILED_S = 60;

/** Examines what this process needs; never throws, and answers within a few seconds whatever is down. */
export function createReadiness(examined: Examined): () => Promise<Checks> {
  const { database, jobs, identity, trouble, role, clocks } = examined;
  const askSlack = remembered(SLACK_FRESH_MS, () => checkSlack(identity));
  const lookAtMigrations = untilApplied(database);
  return remembered(FRESH_MS, async () => {
    const stored = checkDatabase(database, clocks);
    const [queue, slack] = await Promise.all([checkQueue(jobs), askSlack()]);
    return {
      database: await stored,
      migrations: await lookAtMigrations(await stored),
      queue,
      slack,
      delivery: checkDelivery(trouble(), role),
      clock: checkClock(clocks),
    };
  });
}

const ok = (detail: string): Check => ({ state: 'ok', detail });
const degraded = (detail: string): Check => ({ state: 'degraded', detail });
const failed = (detail: string): Check => ({ state: 'failed', detail });

async function checkDatabase({ db }: Examined['database'], clocks: Clocks): Promise<Check> {
  try {
    const start = realMilliseconds();
    const { rows } = await deadline(
      db.execute<{ now: string }>(sql`select extract(epoch from clock_timestamp()) as now`),
      PATIENCE_MS,
    );
    const took = realMilliseconds() - start;
    const ours = (systemClock.now().getTime() - took / 2) / 1_000;
    clocks.note('database', ours - Number(rows[0]?.now), took);
    return ok(`answered in ${Math.round(took)} ms`);
  } catch (error) {
    return failed(`Postgres does not answer: ${reasonOf(error)}`);
  }
}

/** Once all are applied they stay so. A database that is away is the failure of its own check, not of this one too. */
function untilApplied({ pool }: Examined['database']): (database: Check) => Promise<Check> {
  let applied = false;
  return async (database) => {
    if (applied) return ok('all applied');
    if (database.state === 'failed') return degraded('unknown');
    const pending = await deadline(countPendingMigrations(pool), PATIENCE_MS).catch(() => undefined);
    if (pending === undefined) return degraded('unknown');
    applied = pending === 0;
    return applied ? ok('all applied') : failed(`${pending} not applied: run watchbell migrate`);
  };
}

/** Without its queue Watchbell is up to a second late, and works: not a reason to be taken out of service. */
async function checkQueue(jobs: Examined['jobs']): Promise<Check> {
  const health = await jobs.health();
  return health.ok ? ok(health.backend) : degraded(`${health.problem}; Postgres keeps the time`);
}

async function checkSlack(identity: () => Promise<unknown>): Promise<Check> {
  try {
    await deadline(identity(), PATIENCE_MS);
    return ok('the token is good');
  } catch (error) {
    const refused = error instanceof SlackFailure && error.kind === 'refused';
    return refused
      ? failed(`Slack refuses the token: ${error.reason}`)
      : degraded(`Slack does not answer: ${reasonOf(error)}`);
  }
}

/** Where nobody can be answered, the clock goes on all the same: only a process that does nothing else has failed. */
function checkDelivery(trouble: string | undefined, role: string): Check {
  if (role === 'worker') return ok('left to the web processes');
  if (trouble === undefined) return ok('Slack reaches this process');
  return role === 'web' ? failed(trouble) : degraded(trouble);
}

const CLOCK_OF: Record<string, string> = { database: 'the database', slack: 'Slack' };

function checkClock(clocks: Clocks): Check {
  const seen = clocks.ahead();
  const worst = Math.max(0, ...seen.map(({ seconds }) => Math.abs(seconds)));
  const detail =
    seen.map(({ against, seconds }) => `${sayDrift(seconds)} ${CLOCK_OF[against]}`).join(', ') || 'unknown';
  if (worst >= DRIFT_FAILED_S) return failed(detail);
  return worst >= DRIFT_DEGRADED_S ? degraded(detail) : ok(detail);
}

const sayDrift = (seconds: number): string =>
  `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead of'}`;

/** The innermost cause says it: what wraps it quotes the statement. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}

/** The last answer, for as long as it is fresh; one question at a time. */
function remembered<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { answer: Promise<T>; until: number } | undefined;
  return () => {
    if (kept && realMilliseconds() < kept.until) return kept.answer;
    const asked = { answer: ask(), until: Number.POSITIVE_INFINITY };
    kept = asked;
    void asked.answer.finally(() => {
      asked.until = realMilliseconds() + milliseconds;
    });
    return asked.answer;
  };
}
