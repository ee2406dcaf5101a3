import { realMilliseconds } from '../clock.ts';
import type { Context } from '../context.ts';
import { LookLoop } from '../jobs/look-loop.ts';
import { UnderWay } from '../jobs/under-way.ts';
import { nameUpgrades } from '../record/index.ts';
import { SlackFailure } from '../slack/failure.ts';
import { traced } from '../trace.ts';
import { type Hold, lookAhead, type Outlook } from './claimable.ts';
import { type Claim, type ClaimedDelivery, claimPending } from './claims.ts';
import { Deliverer, LEASE_SECONDS, type Renderer } from './deliver.ts';
import { SentKeeper } from './keep-sent.ts';
import type { Pacer } from './pacer.ts';
import { ACCESS_LOST_SECONDS, keepDoubtful, keepFailed, keepWithdrawn, type OnRefused } from './settle.ts';
import type { Lane } from './tables.ts';

export interface SenderOptions {
  /** By the kind of the message. */
  renderers: Record<string, Renderer>;
  onRefused: OnRefused;
  pacer: Pacer;
}

/** Deliveries that one process has under way at the same time, per lane: some are posted while others are kept. */
export const AT_ONCE: Record<Lane, number> = { outbox: 200, bulk: 10 };
/** A last resort where the queue and NOTIFY both failed. */
const LOOK_EVERY_MS = 2_000;
const SHORTEST_PAUSE_MS = 20;
/** After something began: whatever the limits put off has its time by then. */
const AGAIN_MS = 100;
/** In a rush, edits wait until no post has been under way for so long; a rush that goes on for long they join. */
const QUIET_MS = 150;
/** A post that takes longer holds up nobody's edit. */
const POSTED_WITHIN_MS = 2_000;
const RUSH_MS = 5_000;
/** How often it looks at most while more than half of what may be under way is. */
const BUSY_MS = 50;

/**
 * Sends what is pending in one lane; rung by the queue, and by Postgres where the queue fails. A delivery that takes long
 * holds up only those behind it to the same target.
 */
export class Sender {
  readonly #context: Context;
  readonly #lane: Lane;
  readonly #options: SenderOptions;
  readonly #deliverer: Deliverer;
  readonly #keeper: SentKeeper;
  readonly #loop: LookLoop;
  readonly #underWay: UnderWay;
  /** New messages under way. */
  #posting = 0;
  /** When the first of posts in close succession began, and the latest began or ended (real milliseconds). */
  #rush = { from: Number.NEGATIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  /** What Slack's limits hold back, and until when (real milliseconds). */
  readonly #held = new Map<string, Hold & { until: number }>();

  constructor(context: Context, lane: Lane, options: SenderOptions) {
    this.#context = context;
    this.#lane = lane;
    this.#options = options;
    this.#underWay = new UnderWay(AT_ONCE[lane]);
    this.#deliverer = new Deliverer(context, options.renderers, options.pacer);
    this.#keeper = new SentKeeper(context);
    this.#loop = new LookLoop(
      () => this.#look(),
      (error) => context.logger.error({ err: error, lane }, 'outbox: a look failed'),
    );
  }

  async start(): Promise<void> {
    await this.#options.pacer.tidy(this.#context.db);
    await this.#context.jobs.listen(this.#lane, () => this.#rung());
    this.#loop.start();
  }

  /** At once, unless there is work under way: then what comes in quick succession is looked for together. */
  wake(): void {
    if (this.#underWay.isEmpty && this.#lane === 'outbox') this.#loop.wake();
    else this.#loop.wakeSoon();
  }

  /** Waits for what is under way; nothing further begins. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#underWay.all();
  }

  /** Sends what can be sent now until nothing can; returns how many deliveries were tried. */
  async sendPending(): Promise<number> {
    let tried = 0;
    for (;;) {
      const begun = (await this.#begin('posts')) + (await this.#begin('edits'));
      tried += begun;
      // What is over already may have made room for the next one to its target.
      if (begun === 0 && this.#underWay.isEmpty) return tried;
      if (!this.#underWay.isEmpty) await this.#underWay.next();
    }
  }

  async #rung(): Promise<void> {
    if (this.#underWay.isEmpty) await this.#loop.settle();
    else this.#loop.wakeSoon();
  }

  async #look(): Promise<number> {
    // With its hands full it looks again when something is over.
    if (this.#underWay.free === 0) return LOOK_EVERY_MS;
    // In a rush there is more, most likely: nobody asks first, until edits may join.
    if (this.#isBusy && !this.#isLongRush && (await this.#begin('posts')) > 0) return AGAIN_MS;
    const outlook = await lookAhead(this.#context.db, this.#looking());
    const editsIn = this.#editsIn(outlook);
    if (outlook.posts) await this.#begin('posts');
    if (editsIn <= 0) await this.#begin('edits');
    if (outlook.posts || editsIn <= 0) return AGAIN_MS;
    const holds = [...this.#held.values()].map(({ until }) => until - realMilliseconds());
    const next = (outlook.nextInSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
    return Math.max(SHORTEST_PAUSE_MS, Math.min(LOOK_EVERY_MS, editsIn, next, ...holds));
  }

  /** Real milliseconds until edits may be taken: where there are no posts, or in a rush that goes on for long. */
  #editsIn({ posts, edits }: Outlook): number {
    if (!edits) return Number.POSITIVE_INFINITY;
    if (this.#isLongRush) return 0;
    return posts ? QUIET_MS : this.#rushGoesOnFor;
  }

  /**
   * Real milliseconds; none where it is over. Posts that wait behind another to their target cannot be claimed yet: that one is
   * under way is all that shows that more may come.
   */
  get #rushGoesOnFor(): number {
    const quiet = this.#posting > 0 ? POSTED_WITHIN_MS : QUIET_MS;
    return this.#rush.last + quiet - realMilliseconds();
  }

  get #isLongRush(): boolean {
    return this.#rushGoesOnFor > 0 && realMilliseconds() - this.#rush.from > RUSH_MS;
  }

  #looking() {
    return { lane: this.#lane, holds: this.#holds(), kinds: Object.keys(this.#options.renderers) };
  }

  /** Begins with as many deliveries as may be under way at once; returns how many. */
  async #begin(what: Claim['what']): Promise<number> {
    let begun = 0;
    for (;;) {
      const limit = this.#underWay.free;
      if (limit <= 0) return begun;
      const { pacer } = this.#options;
      const claim = { ...this.#looking(), what, limit, leaseSeconds: LEASE_SECONDS, pacer };
      const { deliveries, seen, held } = await claimPending(this.#context.db, claim);
      for (const { wait, ...hold } of held) this.#hold(hold, wait);
      const nameOf = await nameUpgrades(
        this.#context,
        deliveries.map(({ upgradeId }) => upgradeId),
      );
      for (const delivery of deliveries) this.#start(delivery, nameOf(delivery.upgradeId));
      begun += deliveries.length;
      if (seen < limit) return begun;
    }
  }

  #start(delivery: ClaimedDelivery, upgrade: string): void {
    if (!delivery.ts) this.#notePosting(1);
    const work = this.#take(delivery, upgrade).catch((error: unknown) =>
      // Its lease ends by itself; whoever claims it then looks before sending.
      this.#context.logger.error({ err: error, delivery: delivery.id }, 'outbox: left to its lease'),
    );
    this.#underWay.add(work, () => {
      // The next one to the same target follows only now.
      if (!delivery.ts) this.#notePosting(-1);
      this.#loop.wakeSoon(this.#isBusy ? BUSY_MS : undefined);
    });
  }

  /** With much under way, what has become free is filled in larger groups: a look costs as much for thirty as for three. */
  get #isBusy(): boolean {
    return this.#underWay.free < AT_ONCE[this.#lane] / 2;
  }

  /** Under the trace of what asked for the message, with its names on every log line. */
  async #take(delivery: ClaimedDelivery, upgrade: string): Promise<void> {
    const { id, kind, attempts, trace } = delivery;
    const fields = { upgrade, delivery: id, kind, attempt: attempts };
    await traced({ name: `deliver ${kind}`, from: trace, fields }, () => this.#send(delivery));
  }

  async #send(delivery: ClaimedDelivery): Promise<void> {
    const outcome = await this.#deliverer.deliver(delivery).catch(async (error: unknown) => {
      if (error instanceof SlackFailure && error.accessLost)
        this.#hold({ teamId: delivery.teamId, method: 'any' }, ACCESS_LOST_SECONDS);
      await keepFailed(this.#context, delivery, error, this.#options);
      return undefined;
    });
    if (outcome === undefined || outcome === 'taken over') return;
    if ('withdrawn' in outcome) return keepWithdrawn(this.#context, delivery, outcome.withdrawn);
    await this.#keeper
      .keep(delivery, outcome)
      .catch((error: unknown) => keepDoubtful(this.#context, delivery, error));
  }

  /** One more of them is under way, or one less. */
  #notePosting(change: 1 | -1): void {
    const now = realMilliseconds();
    this.#rush = { from: this.#rushGoesOnFor > 0 ? this.#rush.from : now, last: now };
    this.#posting += change;
  }

  #hold(hold: Hold, seconds: number): void {
    const until = realMilliseconds() + seconds * 1_000;
    this.#held.set(`${hold.teamId} ${hold.method}`, { ...hold, until });
  }

  #holds(): Hold[] {
    const now = realMilliseconds();
    for (const [key, { until }] of this.#held) if (until <= now) this.#held.delete(key);
    return [...this.#held.values()];
  }
}
