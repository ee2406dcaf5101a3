import { sql } from 'drizzle-orm';
import { realMilliseconds, systemClock } from '../clock.ts';
import type { Database } from '../db/client.ts';
import { countPendingMigrations } from '../db/migrate.ts';
import { deadline } from '../jobs/bullmq/deadline.ts';
import type { Jobs } from '../jobs/port.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { Clocks } from './watch-slack.ts';

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
/** Slack is asked at most this often, however many probes there are. */
const SLACK_FRESH_MS = 30_000;
/** From here on people see times that are off; and Slack's signed requests are refused from five minutes on. */
const DRIFT_DEGRADED_S = 2;
const DRIFT_FAILED_S = 60;

/** Examines what this process needs; never throws, and answers within a few seconds whatever is down. */
export function createReadiness({
  database,
  jobs,
  identity,
  trouble,
  role,
  clocks,
}: Examined): () => Promise<Checks> {
  const askSlack = remembered(SLACK_FRESH_MS, () => checkSlack(identity));
  return async () => {
    const [[stored, migrations], queue, slack] = await Promise.all([
      checkDatabase(database, clocks),
      checkQueue(jobs),
      askSlack(),
    ]);
    const delivery = checkDelivery(trouble(), role);
    return { database: stored, migrations, queue, slack, delivery, clock: checkClock(clocks) };
  };
}

const ok = (detail: string): Check => ({ state: 'ok', detail });
const degraded = (detail: string): Check => ({ state: 'degraded', detail });
const failed = (detail: string): Check => ({ state: 'failed', detail });

async function checkDatabase({ db, pool }: Examined['database'], clocks: Clocks): Promise<[Check, Check]> {
  try {
    const start = realMilliseconds();
    const { rows } = await deadline(
      db.execute<{ now: string }>(sql`select extract(epoch from clock_timestamp()) as now`),
      PATIENCE_MS,
    );
    const took = realMilliseconds() - start;
    clocks.database = (systemClock.now().getTime() - took / 2) / 1_000 - Number(rows[0]?.now);
    const pending = await deadline(countPendingMigrations(pool), PATIENCE_MS);
    const migrations =
      pending === 0 ? ok('all applied') : failed(`${pending} not applied: run watchbell migrate`);
    return [ok(`answered in ${Math.round(took)} ms`), migrations];
  } catch (error) {
    return [failed(`Postgres does not answer: ${reasonOf(error)}`), failed('unknown')];
  }
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

function checkClock({ database, slack }: Clocks): Check {
  const seen = [
    { name: 'the database', seconds: database },
    { name: 'Slack', seconds: slack },
  ].flatMap(({ name, seconds }) => (seconds === undefined ? [] : [{ name, seconds }]));
  const worst = Math.max(0, ...seen.map(({ seconds }) => Math.abs(seconds)));
  const detail = seen.map(({ name, seconds }) => `${sayDrift(seconds)} ${name}`).join(', ') || 'unknown';
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
    const now = realMilliseconds();
    if (!kept || kept.until <= now) kept = { answer: ask(), until: now + milliseconds };
    return kept.answer;
  };
}
