import type { Lane } from './tables.ts';

/** How often Slack takes a call (docs.slack.dev/apis/web-api/rate-limits). */
export interface Limit {
  perSecond: number;
  /** Calls that may follow at once after a rest. */
  burst: number;
}

const perMinute = (calls: number): Limit => ({
  perSecond: calls / 60,
  burst: Math.max(1, Math.floor(calls / 4)),
});

/** One message a second into one channel or to one person. */
export const PER_TARGET: Limit = { perSecond: 1, burst: 1 };

/** What the outbox calls, per workspace: Slack's tiers 2 and 3; "several hundred" posts a minute are taken as 300. */
export const PER_METHOD = {
  'chat.postMessage': perMinute(300),
  'chat.update': perMinute(50),
  'conversations.history': perMinute(50),
  'conversations.open': perMinute(50),
  'pins.add': perMinute(20),
} satisfies Record<string, Limit>;

export type PacedMethod = keyof typeof PER_METHOD;

export const isPaced = (method: string): method is PacedMethod => method in PER_METHOD;

/** Of a method's burst, what fan-outs leave for the messages of a window: a heartbeat never waits behind a survey. */
const KEPT_FROM_BULK = 1 / 3;

export const keptFrom = (lane: Lane, { burst }: Limit): number =>
  lane === 'bulk' ? Math.floor(burst * KEPT_FROM_BULK) : 0;

/** Both in seconds: by the database's clock, and by the program's, which may run faster. */
export interface Instant {
  real: number;
  clock: number;
}

export interface Bucket extends Instant {
  tokens: number;
  /** Slack said so: nothing before this real second. */
  blockedUntil: number;
}

export const fullBucket = ({ burst }: Limit, { real, clock }: Instant): Bucket => ({
  tokens: burst,
  real,
  clock,
  blockedUntil: 0,
});

/**
 * What has flowed in since: by the database's clock, which all processes share; where time runs faster, by the program's.
 * Never by whichever has run further: then processes whose clocks differ would count the same second twice. Neither is
 * turned back.
 */
export function refill(bucket: Bucket, limit: Limit, at: Instant, speed: number): Bucket {
  const seconds = Math.max(0, speed > 1 ? at.clock - bucket.clock : at.real - bucket.real);
  return {
    ...bucket,
    tokens: Math.min(limit.burst, bucket.tokens + seconds * limit.perSecond),
    real: Math.max(bucket.real, at.real),
    clock: Math.max(bucket.clock, at.clock),
  };
}

/** Real seconds until one call may be taken that leaves `keep` behind; 0: now. `speed` is the program's clock's. */
export function waitFor(bucket: Bucket, limit: Limit, keep: number, speed: number): number {
  const blocked = bucket.blockedUntil - bucket.real;
  if (blocked > 0) return blocked;
  const missing = 1 + keep - bucket.tokens;
  return missing <= 1e-9 ? 0 : missing / limit.perSecond / Math.max(1, speed);
}
