import { sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import { ask, type Db, type Tx } from '../db/client.ts';
import {
  type Bucket,
  fullBucket,
  type Instant,
  keptFrom,
  type Limit,
  type PacedMethod,
  PER_METHOD,
  PER_TARGET,
  refill,
  waitFor,
} from './pacing.ts';
import { type Lane, pace } from './tables.ts';

/** One call to Slack; posts are counted per target too. */
export interface PacedCall {
  teamId: string;
  method: PacedMethod;
  target?: string;
}

/** Go, or after how many real seconds to ask again, and which limit it is that holds. */
export type Verdict = 'go' | { wait: number; method?: PacedMethod };

/** Keeps all processes together within Slack's rate limits, so that a 429 is the exception. */
export interface Pacer {
  /** For each group of calls, in order, whether all of them may be made now; those that may are counted. */
  admit(tx: Tx, lane: Lane, groups: PacedCall[][]): Promise<Verdict[]>;
  /** Slack refused this method for its rate: in this workspace nobody calls it for `seconds` of real time. */
  drain(db: Db, teamId: string, method: PacedMethod, seconds: number): Promise<void>;
  /** Forgets targets that nothing was sent to for long. */
  tidy(db: Db): Promise<void>;
}

/** No limits at all: for measuring and for tests. */
export const unlimitedPacer: Pacer = {
  admit: async (_tx, _lane, groups) => groups.map(() => 'go'),
  drain: async () => {},
  tidy: async () => {},
};

/** Token buckets in Postgres, shared by every process. */
export function postgresPacer(clock: Clock): Pacer {
  return {
    async admit(tx, lane, groups) {
      if (groups.length === 0) return [];
      const buckets = await lockBuckets(tx, clock, groups.flat());
      const verdicts = groups.map((calls) => judge(buckets, calls, lane, clock.speed));
      // Nobody waits for it: where it fails, so does whatever comes after it in this transaction.
      ask(saveBuckets(tx, buckets)).catch(() => {});
      return verdicts;
    },
    async drain(db, teamId, method, seconds) {
      const clockAt = clock.now();
      const blockedUntil = sql`now() + make_interval(secs => ${seconds})`;
      await db
        .insert(pace)
        .values({ teamId, method, target: '', tokens: 0, realAt: sql`now()`, clockAt, blockedUntil })
        .onConflictDoUpdate({
          target: [pace.teamId, pace.method, pace.target],
          set: { tokens: 0, blockedUntil: sql`greatest(${pace.blockedUntil}, ${blockedUntil})` },
        });
    },
    async tidy(db) {
      await db.execute(sql`delete from pace where target <> '' and real_at < now() - interval '1 hour'`);
    },
  };
}

/** A call's buckets: its method's, and its target's. */
interface Counted {
  teamId: string;
  method: PacedMethod;
  target: string;
  limit: Limit;
}

interface Held extends Counted {
  bucket: Bucket;
}

const countedFor = ({ teamId, method, target }: PacedCall): Counted[] => [
  { teamId, method, target: '', limit: PER_METHOD[method] },
  ...(target ? [{ teamId, method, target, limit: PER_TARGET }] : []),
];

const keyOf = ({ teamId, method, target }: Counted): string => `${teamId} ${method} ${target}`;

type Buckets = Map<string, Held>;

/** Takes from every bucket of the group, or from none. */
function judge(buckets: Buckets, calls: PacedCall[], lane: Lane, speed: number): Verdict {
  const needed = calls.flatMap(countedFor).flatMap((counted) => buckets.get(keyOf(counted)) ?? []);
  const waits = needed.map(({ bucket, limit, target, method }) => ({
    wait: waitFor(bucket, limit, target ? 0 : keptFrom(lane, limit), speed),
    ...(target ? {} : { method }),
  }));
  const longest = waits.reduce<Exclude<Verdict, 'go'>>((a, b) => (b.wait > a.wait ? b : a), { wait: 0 });
  if (longest.wait > 0) return longest;
  for (const { bucket } of needed) bucket.tokens -= 1;
  return 'go';
}

/**
 * Whoever decides about a method in a workspace does so alone until the end of the transaction. The locks are taken in
 * one order and before anything is read, so that a bucket that is not there yet can be taken as full.
 */
async function lockBuckets(tx: Tx, clock: Clock, calls: PacedCall[]): Promise<Buckets> {
  const wanted = [...new Map(calls.flatMap(countedFor).map((each) => [keyOf(each), each])).values()];
  const methods = sql.param(calls.map(({ teamId, method }) => `${teamId} ${method}`));
  const locked = ask(
    tx.execute(sql`select pg_advisory_xact_lock(key) from (
      select distinct hashtextextended(name, 0) as key from unnest(${methods}::text[]) as name order by key
    ) as keys`),
  );
  const [{ kept, real }] = await Promise.all([readBuckets(tx, wanted), locked]);
  const at: Instant = { real, clock: seconds(clock.now()) };
  return new Map(
    wanted.map((counted) => {
      const bucket = kept.get(keyOf(counted)) ?? fullBucket(counted.limit, at);
      return [keyOf(counted), { ...counted, bucket: refill(bucket, counted.limit, at, clock.speed) }];
    }),
  );
}

type StoredRow = Record<'key' | 'tokens' | 'real' | 'clock' | 'blocked' | 'now', string | null>;

/** With the database's time; a bucket that is not there yet comes back as a row of nulls. */
async function readBuckets(tx: Tx, wanted: Counted[]): Promise<{ kept: Map<string, Bucket>; real: number }> {
  const { rows } = await tx.execute<StoredRow>(sql`
    select team_id || ' ' || method || ' ' || target as key, tokens, extract(epoch from real_at) as real,
      extract(epoch from clock_at) as clock, coalesce(extract(epoch from blocked_until), 0) as blocked,
      extract(epoch from clock_timestamp()) as now
    from unnest(${columnOf(wanted, 'teamId')}::text[], ${columnOf(wanted, 'method')}::text[],
      ${columnOf(wanted, 'target')}::text[]) as wanted (team_id, method, target)
    left join pace using (team_id, method, target)`);
  const kept = new Map<string, Bucket>();
  for (const { key, tokens, real, clock, blocked } of rows) {
    if (key === null || tokens === null) continue;
    kept.set(key, {
      tokens: Number(tokens),
      real: Number(real),
      clock: Number(clock),
      blockedUntil: Number(blocked),
    });
  }
  return { kept, real: Number(rows[0]?.now) };
}

const saveBuckets = (tx: Tx, buckets: Buckets) =>
  tx
    .insert(pace)
    .values([...buckets.values()].map(toRow))
    .onConflictDoUpdate({
      target: [pace.teamId, pace.method, pace.target],
      set: { tokens: sql`excluded.tokens`, realAt: sql`excluded.real_at`, clockAt: sql`excluded.clock_at` },
    });

const toRow = ({ teamId, method, target, bucket }: Held) => ({
  teamId,
  method,
  target,
  tokens: bucket.tokens,
  realAt: new Date(bucket.real * 1_000),
  clockAt: new Date(bucket.clock * 1_000),
});

const columnOf = (wanted: Counted[], column: 'teamId' | 'method' | 'target') =>
  sql.param(wanted.map((each) => each[column]));

const seconds = (at: Date): number => at.getTime() / 1_000;
