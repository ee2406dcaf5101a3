import { sql } from 'drizzle-orm';
import { type Context, transact, type Unit, watchbell } from '../context.ts';
import { ask } from '../db/client.ts';
import { appendAll } from '../record/index.ts';
import { judgeLateness } from './late-policy.ts';
import { type Row, settleRows } from './store.ts';

/** What became of a row; the reason of a skipped one goes on the record. */
export type Outcome = 'done' | { skipped: string };

/** What to do when a row of this kind is due. Decides with today's facts, not with those of when it was planned. */
export interface Handler<Prepared = unknown> {
  kind: string;
  /** Reads from Slack what `decide` needs; outside of the transaction, and possibly more than once. */
  prepare?(context: Context, row: Row): Promise<Prepared>;
  /** Writes what follows; commits together with the row's own settlement, or not at all. */
  decide(unit: Unit, row: Row, prepared: Prepared): Promise<Outcome>;
  /**
   * The same for rows of several upgrades that are due together, in one transaction; of a kind that needs no preparation.
   * Waits for nobody: a row whose upgrade somebody else holds has no outcome, and is decided on its own.
   */
  decideTogether?(unit: Unit, rows: readonly Row[]): Promise<Map<Row, Outcome>>;
}

/** Keeps a handler's own type of preparation inside it. */
export const handler = <Prepared = undefined>(definition: Handler<Prepared>): Handler =>
  definition as unknown as Handler;

/** Somebody else has settled a row, or taken it over. */
export class ClaimLost extends Error {}

/** An upgrade may be locked by somebody else; a row waits for it elsewhere than on a connection that others need. */
const LOCK_TIMEOUT = sql`set local lock_timeout = '3s'`;

/** Decides about one claimed row. Throws `ClaimLost` where the claim ended meanwhile: then nothing has happened. */
export async function decide(context: Context, handler: Handler, row: Row): Promise<void> {
  const useless = judgeLateness(row.kind, row.dueAt, context.clock.now());
  const prepared = useless ? undefined : await handler.prepare?.(context, row);
  await transact(context, async (unit) => {
    const limited = ask(unit.tx.execute(LOCK_TIMEOUT));
    const [outcome] = await Promise.all([
      useless ? { skipped: useless } : handler.decide(unit, row, prepared),
      limited,
    ]);
    await settle(unit, [[row, outcome]]);
  });
}

/** Decides about claimed rows of one kind, all or none of them; returns those that have to be decided one by one. */
export async function decideTogether(
  context: Context,
  handler: Handler,
  rows: readonly Row[],
): Promise<Row[]> {
  return transact(context, async (unit) => {
    const useful = rows.filter(({ kind, dueAt }) => judgeLateness(kind, dueAt, unit.now) === undefined);
    const outcomes = (await handler.decideTogether?.(unit, useful)) ?? new Map<Row, Outcome>();
    await settle(unit, [...outcomes]);
    return rows.filter((row) => !outcomes.has(row));
  });
}

async function settle(unit: Unit, decided: readonly [Row, Outcome][]): Promise<void> {
  const done = decided.flatMap(([row, outcome]) => (outcome === 'done' ? [row] : []));
  const skipped = decided.flatMap(([row, outcome]) =>
    outcome === 'done' ? [] : [{ row, reason: outcome.skipped }],
  );
  let settled = done.length === 0 ? 0 : (await settleRows(unit, done, 'done')).size;
  for (const { row, reason } of skipped) settled += (await settleRows(unit, [row], 'skipped', reason)).size;
  if (settled < decided.length) throw new ClaimLost();
  const happenings = skipped.map(({ row, reason }) => ({
    actor: watchbell(row.teamId),
    upgradeId: row.upgradeId,
    data: factsOf(row, reason),
  }));
  await appendAll(unit, 'timetable.skipped', happenings);
}

export const factsOf = (row: Row, reason: string) => ({
  kind: row.kind,
  slot: row.slot,
  dueAt: row.dueAt.toISOString(),
  reason,
});
