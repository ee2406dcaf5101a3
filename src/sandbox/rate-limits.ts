import { type Clock, realMilliseconds } from '../clock.ts';

interface Rate {
  burst: number;
  perSecond: number;
}

/** Slack's tiers, in calls per minute; `special` has its own rules per channel. */
export type Tier = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'special' | 'none';

const perMinute = (calls: number): Rate => ({ burst: calls, perSecond: calls / 60 });
const rates = {
  tier1: perMinute(1),
  tier2: perMinute(20),
  tier3: perMinute(50),
  tier4: perMinute(100),
  channel: { burst: 4, perSecond: 1 },
  workspace: { burst: 300, perSecond: 5 },
} satisfies Record<string, Rate>;

interface Bucket {
  tokens: number;
  real: number;
  clock: number;
}

/** Counts calls on whichever runs faster, real time or the sandbox's clock: a fast demo is never throttled more than Slack would. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts the call. Returns the whole real seconds to wait when it is one too many. */
  exceeded(method: string, tier: Tier, channel: string | undefined): number | undefined {
    if (tier === 'none') return undefined;
    if (tier !== 'special') return this.#take([[method, rates[tier]]]);
    return this.#take([
      [`${method} ${channel ?? ''}`, rates.channel],
      [method, rates.workspace],
    ]);
  }

  #take(wanted: [string, Rate][]): number | undefined {
    const buckets = wanted.map(([key, rate]) => ({ rate, bucket: this.#refilled(key, rate) }));
    const waits = buckets.map(({ rate, bucket }) =>
      bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / rate.perSecond,
    );
    const wait = Math.max(...waits);
    if (wait > 0) return Math.max(1, Math.ceil(wait / Math.max(1, this.#clock.speed)));
    for (const { bucket } of buckets) bucket.tokens -= 1;
    return undefined;
  }

  #refilled(key: string, rate: Rate): Bucket {
    const real = realMilliseconds();
    const clock = this.#clock.now().getTime();
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, real, clock };
    const elapsed = Math.max(real - bucket.real, clock - bucket.clock, 0) / 1000;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + elapsed * rate.perSecond);
    bucket.real = real;
    bucket.clock = clock;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
