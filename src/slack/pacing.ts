import { type Clock, realMilliseconds } from '../clock.ts';

/**
 * Slack's rate limits as token buckets (docs.slack.dev/apis/web-api/rate-limits), so that a 429 is the exception. Time is
 * real, or the clock's where that runs faster: a fast clock must not be throttled more than a real one.
 */
export class Pacing {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { tokens: number; real: number; clock: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one call of `key`; returns 0, or the seconds after which it may be asked again. */
  take(key: string, limit: Limit): number {
    const bucket = this.#refill(key, limit);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return ((1 - bucket.tokens) * limit.everySeconds) / Math.max(1, this.#clock.speed);
  }

  /** Slack said that there is no token left. */
  drain(key: string, seconds: number, limit: Limit): void {
    this.#refill(key, limit).tokens = 1 - seconds / limit.everySeconds;
  }

  #refill(key: string, limit: Limit) {
    const real = realMilliseconds();
    const clock = this.#clock.now().getTime();
    const bucket = this.#buckets.get(key) ?? { tokens: limit.burst, real, clock };
    const seconds = Math.max(real - bucket.real, clock - bucket.clock) / 1_000;
    bucket.tokens = Math.min(limit.burst, bucket.tokens + seconds / limit.everySeconds);
    bucket.real = real;
    bucket.clock = clock;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

export interface Limit {
  /** Seconds until one more call is allowed. */
  everySeconds: number;
  /** Calls that may follow at once after a rest. */
  burst: number;
}

const perMinute = (calls: number): Limit => ({
  everySeconds: 60 / calls,
  burst: Math.max(1, Math.floor(calls / 4)),
});

/** One message a second into one channel. */
export const PER_CHANNEL: Limit = { everySeconds: 1, burst: 1 };

/** Calls per minute by method: tiers 2, 3 and 4; posting allows several hundred in all channels of a workspace. */
export const PER_METHOD: Record<string, Limit> = {
  'chat.postMessage': perMinute(240),
  'chat.update': perMinute(50),
  'chat.postEphemeral': perMinute(100),
  'conversations.history': perMinute(50),
  'conversations.info': perMinute(50),
  'conversations.list': perMinute(20),
  'conversations.members': perMinute(100),
  'conversations.open': perMinute(50),
  'files.completeUploadExternal': perMinute(100),
  'files.getUploadURLExternal': perMinute(100),
  'files.info': perMinute(100),
  'pins.add': perMinute(20),
  'usergroups.list': perMinute(20),
  'usergroups.users.list': perMinute(20),
  'users.info': perMinute(100),
  'users.list': perMinute(20),
  'users.lookupByEmail': perMinute(50),
  'views.open': perMinute(100),
  'views.publish': perMinute(100),
  'views.update': perMinute(100),
};
