import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import { stopwatch } from '../clock.ts';
import type { Unit } from '../context.ts';
import type { Db, Tx } from '../db/client.ts';
import type { Posted } from '../slack/port.ts';
import { isPerson } from '../slack/target.ts';
import { ENDS_WITH_WORK, NEWEST_ONLY } from '../timetable/late-policy.ts';
import { type Claimable, type Claiming, claimable, type Hold } from './claimable.ts';
import type { PacedCall, Pacer } from './pacer.ts';
import type { Delivery } from './store.ts';
import { outbox } from './tables.ts';

export interface Claim extends Claiming {
  /** New messages, or edits of what stands in Slack already. */
  what: 'posts' | 'edits';
  leaseSeconds: number;
  pacer: Pacer;
}

/** With what may have made it useless since it was written down. */
export interface ClaimedDelivery extends Delivery {
  /** Where only the newest of its kind is worth sending to a target: a newer one waits, or was sent. */
  overtaken: boolean;
  /** How many before it were left out since one of them last reached its target. */
  missed: number;
  /** It speaks of work that has ended. */
  ended: boolean;
  /** Real seconds since its answer was lost; infinite where that is long enough ago not to matter. */
  doubtFor: number;
  /** Real milliseconds since before it was claimed. */
  heldFor: () => number;
}

export interface Claimed {
  deliveries: ClaimedDelivery[];
  /** How many could have been claimed; `limit` of them means that there may be more. */
  seen: number;
  /** Methods that Slack's limits allow again after `wait` real seconds. */
  held: (Hold & { wait: number })[];
}

/**
 * Takes pending deliveries of a lane that may be sent now. What must wait for a rate limit is not claimed, only locked
 * for a moment. Those of one lane to one target go in order: one waits until every earlier first post to its target is
 * settled. A claim that was never given back (its process died) makes the delivery doubtful.
 */
export async function claimPending(db: Db, claim: Claim): Promise<Claimed> {
  const heldFor = stopwatch();
  return db.transaction(async (tx) => {
    const due = await claimable(tx, claim, claim.what).for('update', { skipLocked: true });
    if (due.length === 0) return { deliveries: [], seen: 0, held: [] };
    const verdicts = await claim.pacer.admit(tx, claim.lane, due.map(callsFor));
    const admitted = due.filter((_, index) => verdicts[index] === 'go');
    const held: Claimed['held'] = [];
    for (const [index, verdict] of verdicts.entries()) {
      const delivery = due[index];
      if (!delivery || verdict === 'go') continue;
      if (verdict.method) held.push({ teamId: delivery.teamId, method: verdict.method, wait: verdict.wait });
      else await postpone(tx, delivery, verdict.wait);
    }
    return {
      deliveries: (await lease(tx, admitted, claim.leaseSeconds)).map((each) => ({ ...each, heldFor })),
      seen: due.length,
      held,
    };
  });
}

/** What sending it takes: an edit, or a post; after a try whose end is unknown a look at the first page of the history too. */
function callsFor({ teamId, target, ts, doubtful, leaseUntil }: Claimable): PacedCall[] {
  if (ts) return [{ teamId, method: 'chat.update' }];
  const post: PacedCall = { teamId, method: 'chat.postMessage', target };
  if (!doubtful && !leaseUntil) return [post];
  const open: PacedCall[] = isPerson(target) ? [{ teamId, method: 'conversations.open' }] : [];
  return [...open, { teamId, method: 'conversations.history' }, post];
}

async function lease(
  tx: Tx,
  deliveries: Claimable[],
  seconds: number,
): Promise<Omit<ClaimedDelivery, 'heldFor'>[]> {
  if (deliveries.length === 0) return [];
  const claimed = await leasing(tx, idsOf(deliveries), seconds);
  return claimed.toSorted((a, b) => a.sequence - b.sequence);
}

/** Takes these for so many seconds, and reads what may have made them useless. */
export const leasing = (db: Db | Tx, ids: string[], seconds: number) =>
  db
    .update(outbox)
    .set({
      generation: sql`${outbox.generation} + 1`,
      attempts: sql`${outbox.attempts} + 1`,
      doubtful: sql`${outbox.doubtful} or (${outbox.leaseUntil} is not null and ${outbox.ts} is null)`,
      leaseUntil: inSeconds(seconds),
    })
    .where(inArray(outbox.id, ids))
    .returning({ ...getTableColumns(outbox), ...standing });

const ofItsKind = sql`e.upgrade_id = outbox.upgrade_id and e.kind = outbox.kind and e.target = outbox.target`;
const unposted = (kinds: readonly string[]) =>
  sql`outbox.ts is null and outbox.kind = any (${sql.param([...kinds])}::text[])`;
const rivalrous = unposted(NEWEST_ONLY);
const standing = {
  overtaken: sql<boolean>`case when ${rivalrous} then exists (
    select 1 from outbox e where ${ofItsKind} and e.sequence > outbox.sequence and e.state in ('pending', 'sent')
  ) else false end`,
  missed: sql<number>`case when ${rivalrous} then (
    select count(*)::int from outbox e where ${ofItsKind} and e.state = 'cancelled' and e.sequence < outbox.sequence
      and e.sequence > coalesce((select max(e.sequence) from outbox e where ${ofItsKind} and e.state = 'sent'), 0)
  ) else 0 end`,
  // A lookup for each row; as "exists" it could become a table of all upgrades that there ever were.
  ended: sql<boolean>`case when ${unposted(ENDS_WITH_WORK)} then coalesce((
    select u.ended_at is not null from upgrade u where u.id = outbox.upgrade_id
  ), false) else false end`,
  doubtFor: sql<number>`coalesce(extract(epoch from now() - outbox.doubtful_since), 'infinity')::float8`,
};

async function postpone(tx: Tx, { id }: Claimable, seconds: number): Promise<void> {
  await tx
    .update(outbox)
    .set({ notBefore: inSeconds(seconds) })
    .where(eq(outbox.id, id));
}

/** For work that takes long: false when the claim was lost meanwhile, and somebody else may be at it. */
export async function renewLease(db: Db, delivery: Delivery, seconds: number): Promise<boolean> {
  const renewed = await db
    .update(outbox)
    .set({ leaseUntil: inSeconds(seconds) })
    .where(holds(delivery))
    .returning({ id: outbox.id });
  return renewed.length === 1;
}

/** A delivery whose message stands in Slack. */
export interface Sent {
  delivery: Delivery;
  place: Posted & { pinned: boolean };
}

/**
 * Keeps where these messages stand, in one statement. One that was touched meanwhile is still pending afterwards.
 * Returns the ids of those whose claim was not lost.
 */
export async function settleSent(unit: Unit, sent: readonly Sent[]): Promise<Set<string>> {
  const column = (read: (each: Sent) => unknown) => sql.param(sent.map(read));
  const settled = await unit.tx.execute<{ id: string }>(sql`
    update outbox set
      state = case when outbox.wanted = s.wanted then 'sent' else 'pending' end,
      channel = s.channel, ts = s.ts, pinned = s.pinned,
      sent_at = coalesce(outbox.sent_at, ${unit.now.toISOString()}::timestamptz),
      lease_until = null, doubtful = false, doubtful_since = null, error = null,
      attempts = 0, arrivals = outbox.arrivals + 1
    from unnest(
      ${column(({ delivery }) => delivery.id)}::uuid[], ${column(({ delivery }) => delivery.generation)}::int[],
      ${column(({ delivery }) => delivery.wanted)}::int[], ${column(({ place }) => place.channel)}::text[],
      ${column(({ place }) => place.ts)}::text[], ${column(({ place }) => place.pinned)}::boolean[]
    ) as s (id, generation, wanted, channel, ts, pinned)
    where outbox.id = s.id and outbox.generation = s.generation and outbox.state = 'pending'
    returning outbox.id`);
  return new Set(settled.rows.map(({ id }) => id));
}

/** The edit of somebody whose claim was lost may have come after a newer one and hidden it: these are drawn once more. */
export async function drawAgain(unit: Unit, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await unit.tx
    .update(outbox)
    .set({ state: 'pending', wanted: sql`${outbox.wanted} + 1` })
    .where(and(inArray(outbox.id, idsOf(deliveries)), inArray(outbox.state, ['sent', 'pending'])));
  for (const lane of new Set(deliveries.map((each) => each.lane))) unit.ring(lane, lane, unit.now);
}

export async function settleFailed(
  unit: Unit,
  delivery: Delivery,
  state: 'failed' | 'cancelled',
  error: string,
): Promise<boolean> {
  const settled = await unit.tx
    .update(outbox)
    .set({ state, error, leaseUntil: null })
    .where(holds(delivery))
    .returning({ id: outbox.id });
  return settled.length === 1;
}

export interface Release {
  error: string;
  /** It may have reached Slack all the same. */
  doubtful?: boolean;
  /** A defect of our own, which is not tried for ever. */
  ownFault?: boolean;
  /** It is known when to come again: that is no try in vain. */
  asked?: boolean;
}

/** Gives a claimed delivery back, to be tried again after `seconds`. */
export async function releaseDelivery(
  db: Db | Tx,
  delivery: Delivery,
  seconds: number,
  { error, doubtful, ownFault, asked }: Release,
): Promise<void> {
  await db
    .update(outbox)
    .set({
      leaseUntil: null,
      notBefore: inSeconds(seconds),
      ...(doubtful ? { doubtful, doubtfulSince: sql`now()` } : {}),
      attempts: asked ? sql`${outbox.attempts} - 1` : sql`${outbox.attempts}`,
      failures: ownFault ? sql`${outbox.failures} + 1` : sql`${outbox.failures}`,
      error,
    })
    .where(holds(delivery));
}

/** The message was deleted in Slack: it is posted anew. */
export async function forgetPlace(db: Db, delivery: Delivery, plannedFor: Date): Promise<void> {
  await db
    .update(outbox)
    .set({
      channel: null,
      ts: null,
      sentAt: null,
      pinned: false,
      leaseUntil: null,
      notBefore: null,
      plannedFor,
    })
    .where(holds(delivery));
}

const holds = (delivery: Delivery) =>
  and(eq(outbox.id, delivery.id), eq(outbox.generation, delivery.generation), eq(outbox.state, 'pending'));

const inSeconds = (seconds: number): SQL => sql`now() + make_interval(secs => ${seconds})`;
const idsOf = (deliveries: readonly Pick<Delivery, 'id'>[]): string[] => deliveries.map(({ id }) => id);
