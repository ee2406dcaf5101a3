import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from '../db/columns.ts';
import type { Message } from '../slack/message.ts';

export type DeliveryState = 'pending' | 'sent' | 'failed' | 'cancelled';
export type Lane = 'outbox' | 'bulk';

/**
 * One message to one target, exactly once. A plain message carries its content; a live one (`message` is null) is drawn
 * from today's facts by its kind's renderer whenever it is touched, and edited in place after its first post.
 */
export const outbox = pgTable(
  'outbox',
  {
    /** The delivery id: goes into the message's metadata, so that a doubtful post can be looked up in Slack. */
    id: uuid('id').primaryKey().defaultRandom(),
    /** The order in which messages to one target go out. */
    sequence: bigint('sequence', { mode: 'number' }).generatedAlwaysAsIdentity(),
    teamId: text('team_id').notNull(),
    upgradeId: integer('upgrade_id').notNull(),
    kind: text('kind').notNull(),
    slot: text('slot').notNull(),
    /** A channel id, or a user id for a direct message. */
    target: text('target').notNull(),
    lane: text('lane').$type<Lane>().notNull().default('outbox'),
    message: jsonb('message').$type<Message>(),
    /** For a live message: what its renderer needs beside the upgrade. */
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull().default({}),
    pin: boolean('pin').notNull().default(false),
    /** The wish to pin it has come true. */
    pinned: boolean('pinned').notNull().default(false),
    /** When it should have gone out, by the upgrade's clock. */
    plannedFor: instant('planned_for').notNull(),
    state: text('state').$type<DeliveryState>().notNull().default('pending'),
    generation: integer('generation').notNull().default(0),
    /** Raised each time a live message is touched; it is done when what was shown is what is wanted. */
    wanted: integer('wanted').notNull().default(0),
    /** Tries since it last reached Slack, or Slack asked to wait. */
    attempts: integer('attempts').notNull().default(0),
    /** How often it reached Slack, as a post or as an edit: what fails afterwards is news again. */
    arrivals: integer('arrivals').notNull().default(0),
    /** How many of them failed by a defect of our own: neither Slack nor the database was to blame. */
    failures: integer('failures').notNull().default(0),
    /** How often a person had it tried again after it was given up. */
    retries: integer('retries').notNull().default(0),
    /** A post may have reached Slack although no answer did: look it up before sending again. */
    doubtful: boolean('doubtful').notNull().default(false),
    /** These three by the database's clock: they are a matter between processes. The first: since its answer was lost. */
    doubtfulSince: instant('doubtful_since'),
    leaseUntil: instant('lease_until'),
    notBefore: instant('not_before'),
    channel: text('channel'),
    ts: text('ts'),
    sentAt: instant('sent_at'),
    error: text('error'),
    /** W3C traceparent of what asked for it, where traces are kept. */
    trace: text('trace'),
  },
  (t) => [
    unique('outbox_delivery_once').on(t.upgradeId, t.kind, t.slot, t.target),
    index('outbox_pending').on(t.lane, t.sequence).where(sql`state = 'pending'`),
    index('outbox_pending_edits').on(t.lane, t.sequence).where(sql`state = 'pending' and ts is not null`),
    index('outbox_waiting')
      .on(t.lane)
      .where(sql`state = 'pending' and (not_before is not null or lease_until is not null)`),
    index('outbox_pending_by_target').on(t.teamId, t.target, t.sequence).where(sql`state = 'pending'`),
    index('outbox_by_message').on(t.channel, t.ts),
  ],
);

/** Slack's rate limits as token buckets, one per workspace and method, and one per target of a post (`target` is then set). */
export const pace = pgTable(
  'pace',
  {
    teamId: text('team_id').notNull(),
    method: text('method').notNull(),
    target: text('target').notNull(),
    tokens: doublePrecision('tokens').notNull(),
    /** Up to when it was filled: by the database's clock and by the program's. */
    realAt: instant('real_at').notNull(),
    clockAt: instant('clock_at').notNull(),
    /** Slack said 429; by the database's clock. */
    blockedUntil: instant('blocked_until'),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.method, t.target] })],
);
