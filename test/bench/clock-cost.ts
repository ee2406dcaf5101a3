import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { realMilliseconds, systemClock } from '../../src/clock.ts';
import type { Db, Tx } from '../../src/db/client.ts';
import { lookAhead } from '../../src/outbox/claimable.ts';
import { claimPending } from '../../src/outbox/claims.ts';
import { postgresPacer } from '../../src/outbox/index.ts';
import { claimDue, listInstants, lookAhead as lookAtRows } from '../../src/timetable/store.ts';
import type { Benchmark } from './benchmark.ts';
import { median, say } from './figures.ts';

/** Of each of the two tables. */
const OLD_ROWS = [1_000, 100_000, 1_000_000];
const LOOKS = 100;
/** People and channels that something was sent to in the hour before: so many that no plan reads all of them. */
const PACED = 20_000;
const pacer = postgresPacer(systemClock);

/** What a look at the clock costs when the tables hold years of settled rows, and that no look reads them. */
export const clockCost: Benchmark = {
  name: 'clock-cost',
  async run(ground, { rounds, quick }) {
    const sizes = quick ? OLD_ROWS.slice(0, 2) : OLD_ROWS;
    const places = await Promise.all(
      sizes.map(async (size) => ({ size, ...openLogged(await ground.database()) })),
    );
    for (const { db, size } of places) await fill(db, size);
    const plans = await Promise.all(
      places.map(async (place) => ({ size: place.size, ...(await planOf(place)) })),
    );
    // Once for nothing: the first looks of a program are its slowest.
    for (const { db } of places) await costOf(db);
    const figures: Record<string, number>[] = [];
    for (let round = 0; round < rounds; round++) {
      const figure: Record<string, number> = {};
      const turn = round % places.length;
      for (const { db, size } of [...places.slice(turn), ...places.slice(0, turn)])
        figure[size] = await costOf(db);
      figures.push(figure);
    }
    for (const { pool } of places) await pool.end();
    const wrong = plans.filter(({ size, scans }) => size > 1_000 && scans.length > 0);
    return sizes.slice(1).map((size) => {
      const ratio = median(
        figures.map((figure) => (figure[size] ?? Number.NaN) / (figure[sizes[0] ?? 0] ?? 0)),
      );
      const scans = wrong.filter((plan) => plan.size === size).flatMap((plan) => plan.scans);
      const plan = scans.length > 0 ? `SCANS ${scans.join(', ')}` : 'no table is scanned';
      return {
        what: `cost of a look at the clock with ${size.toLocaleString('en')} old rows in timetable and outbox each; query plans: ${plan}`,
        against: `the same with ${sizes[0]?.toLocaleString('en')}`,
        measured: `${say(median(figures.map((figure) => figure[size] ?? Number.NaN)))} ms`,
        baseline: `${say(median(figures.map((figure) => figure[sizes[0] ?? 0] ?? Number.NaN)))} ms`,
        ratio,
        aim: '≤ 1.2',
        met: ratio <= 1.2 && scans.length === 0,
        rounds: figures,
      };
    });
  },
};

interface Statement {
  query: string;
  params: unknown[];
}

function openLogged(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 2, pipeline: true });
  const said: Statement[] = [];
  const logger = { logQuery: (query: string, params: unknown[]) => said.push({ query, params }) };
  return { pool, db: drizzle(pool), logged: drizzle(pool, { logger }), said };
}

/** Settled rows of many past upgrades, and a handful that are planned or due. */
async function fill(db: Db, size: number): Promise<void> {
  await db.execute(sql`insert into timetable (team_id, upgrade_id, kind, slot, due_at, state, settled_at)
    select 'T1', 1 + n / 50, 'heartbeat', n::text, now() - interval '1 hour' - n * interval '1 second', 'done', now()
    from generate_series(1, ${size}::int) n`);
  await db.execute(sql`insert into timetable (team_id, upgrade_id, kind, slot, due_at)
    select 'T1', 1 + n, 'heartbeat', 'next', now() + (n - 5) * interval '1 minute' from generate_series(0, 50) n`);
  await db.execute(sql`insert into outbox (team_id, upgrade_id, kind, slot, target, message, planned_for, state, channel, ts)
    select 'T1', 1 + n / 50, 'heartbeat', n::text, 'C' || n % 200, '{}', now(), 'sent', 'C' || n % 200, n::text
    from generate_series(1, ${size}::int) n`);
  await db.execute(sql`insert into outbox (team_id, upgrade_id, kind, slot, target, message, planned_for)
    select 'T1', 1 + n, 'heartbeat', 'next', 'C' || n, '{}', now() from generate_series(0, 5) n`);
  await db.execute(sql`insert into pace (team_id, method, target, tokens, real_at, clock_at)
    select 'T1', 'chat.postMessage', 'C' || n, 1, now(), now() from generate_series(1, ${PACED}::int) n`);
  for (const table of ['timetable', 'outbox', 'pace']) await db.execute(sql.raw(`vacuum analyze ${table}`));
}

class Undo extends Error {}

/** One look of each worker, undone afterwards. */
async function look(db: Db): Promise<void> {
  const now = systemClock.now();
  await db
    .transaction(async (undone) => {
      const tx: Db = Object.assign(undone, {
        transaction: <T>(work: (tx: Tx) => Promise<T>) => work(undone),
      });
      await lookAtRows(tx, now);
      await claimDue(tx, now, 20, 15);
      await listInstants(tx, new Date(now.getTime() + 60_000));
      const looking = { lane: 'outbox' as const, holds: [], kinds: [] };
      await lookAhead(tx, looking);
      const claim = { ...looking, limit: 20, leaseSeconds: 45, pacer };
      for (const what of ['posts', 'edits'] as const) await claimPending(tx, { ...claim, what });
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
}

/** Median real milliseconds. */
async function costOf(db: Db): Promise<number> {
  const took: number[] = [];
  for (let count = 0; count < LOOKS; count++) {
    const start = realMilliseconds();
    await look(db);
    took.push(realMilliseconds() - start);
  }
  return median(took);
}

/** Which tables are read from end to end by what a look asks, in Postgres' own words. */
async function planOf({ logged, pool, said }: ReturnType<typeof openLogged>): Promise<{ scans: string[] }> {
  await look(logged);
  const asked = said.filter(({ query }) => /^\s*(select|update|with)/i.test(query));
  if (asked.length < 5) throw new Error('a look asked less than it should: the plans prove nothing');
  const scans: string[] = [];
  for (const { query, params } of asked) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${query}`, params);
    const text = rows.map((row) => row['QUERY PLAN']).join('\n');
    for (const [, table] of text.matchAll(/Seq Scan on (\w+)/g)) if (table) scans.push(table);
  }
  return { scans };
}
