import { randomUUID } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { backlogAt } from '../src/observability/backlog.ts';
import { claimable, type Hold, othersWait, outlook } from '../src/outbox/claimable.ts';
import { leasing } from '../src/outbox/claims.ts';
import { dueRows, outlook as outlookOfRows } from '../src/timetable/store.ts';
import { testDatabase } from './support/postgres.ts';

/*
 * The clock must not become slower with the years: what was settled long ago is never read. 200,000 old rows of each
 * table, and a few to be done.
 */
const { db } = await testDatabase();
const OLD = 200_000;
const NOW = new Date('2026-12-05T21:00:00Z');

beforeAll(async () => {
  await db.execute(`insert into timetable (team_id, upgrade_id, kind, slot, due_at, state)
    select 'T1', n / 50, 'heartbeat', n::text, '2026-01-01'::timestamptz + n * interval '1 min',
      case when n > ${OLD} then 'planned' else 'done' end from generate_series(1, ${OLD + 300}) n`);
  await db.execute(`insert into outbox (team_id, upgrade_id, kind, slot, target, planned_for, state, ts)
    select 'T1', n / 50, 'heartbeat', n::text, 'C' || n % 500, '2026-01-01'::timestamptz + n * interval '1 min',
      case when n > ${OLD} then 'pending' else 'sent' end, case when n > ${OLD} then null else n::text end
    from generate_series(1, ${OLD + 300}) n`);
  await db.execute(`insert into upgrade (team_id, number, state, plan, starts_at, ends_at, created_by, created_at)
    select 'T1', n, case when n > ${OLD / 10} then 'in_progress' else 'closed' end, '{}', '2026-01-01', '2026-01-02', 'U1', '2026-01-01'
    from generate_series(1, ${OLD / 10 + 30}) n`);
  await db.execute(`insert into decision (team_id, upgrade_id, number, state, reason, opened_at, deadline_at, final_deadline_at)
    select 'T1', n, 1, case when n > ${OLD / 10} then 'open' else 'decided' end, '', '2026-01-01', '2026-01-01', '2026-01-01'
    from generate_series(1, ${OLD / 10 + 30}) n`);
  for (const table of ['timetable', 'outbox', 'upgrade', 'decision']) await db.execute(`analyze ${table}`);
});

const hold: Hold = { teamId: 'T1', method: 'chat.update' };
const claiming = (what: 'posts' | 'edits') => () =>
  claimable(db, { lane: 'outbox', limit: 20, holds: [hold], kinds: ['heartbeat'] }, what)
    .for('update', { skipLocked: true })
    .getSQL();
const FOUND = Array.from({ length: 100 }, () => randomUUID());
const QUERIES: [string, () => SQL][] = [
  ['claiming posts', claiming('posts')],
  ['claiming edits', claiming('edits')],
  ['looking ahead at deliveries', () => outlook(db, { lane: 'bulk', holds: [hold], kinds: ['heartbeat'] })],
  ['leasing what was claimed', () => leasing(db, FOUND, 45).getSQL()],
  ['claiming rows', () => dueRows(NOW, 20)],
  ['looking ahead at rows', () => outlookOfRows(NOW)],
  ['what waits, for the metrics', () => backlogAt(NOW)],
];

test.each(QUERIES)('%s reads no settled rows', async (_name, query) => {
  const plan = await explain(query());
  expect(plan).not.toContain('Seq Scan');
  expect(plan).toMatch(/Index (Only )?Scan|Bitmap Index Scan/);
  expect(mostRead(plan)).toBeLessThan(1_000);
});

/** Postgres 18 can skip over the workspaces in an index; older ones would read every upgrade that there ever was. */
test('which windows run is asked of those that do', async () => {
  const plan = await explain(backlogAt(NOW));
  expect(plan.match(/upgrade_running/g)).toHaveLength(2);
  expect(plan).not.toContain('upgrade_by_state');
});

/** What one of 20,000 invitations costs must not depend on how many of them still wait. */
test('a look beside a great fan-out reads only what it takes', async () => {
  await db.execute(`insert into outbox (team_id, upgrade_id, kind, slot, target, planned_for, lane)
    select 'T1', 1, 'survey', 'survey', 'U' || n, '2026-12-05', 'bulk' from generate_series(1, 20000) n`);
  await db.execute('analyze outbox');
  const take = (what: 'posts' | 'edits') =>
    claimable(db, { lane: 'bulk', limit: 10, holds: [], kinds: ['survey'] }, what)
      .for('update', { skipLocked: true })
      .getSQL();
  const look = (holds: Hold[]) => outlook(db, { lane: 'bulk', holds, kinds: ['survey'] });
  const held: Hold = { teamId: 'T1', method: 'chat.postMessage' };
  for (const query of [take('posts'), take('edits'), look([]), look([held]), othersWait(['T1'])])
    expect(mostRead(await explain(query))).toBeLessThan(100);
});

async function explain(query: SQL): Promise<string> {
  const { rows } = await db.execute<{ 'QUERY PLAN': string }>(
    sql`explain (analyze, costs off, timing off) ${query}`,
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** The most rows that one step of a plan takes up or throws away, each time that it is gone through. */
function mostRead(plan: string): number {
  const counts = [...plan.matchAll(/Rows Removed by Filter: (\d+)|actual rows=(\d+)/g)];
  return Math.max(0, ...counts.map(([, removed, taken]) => Number(removed ?? taken)));
}
