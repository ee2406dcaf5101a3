import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Dice } from './dice.ts';
import type { Struck } from './evidence.ts';
import type { PacedClock } from './paced-clock.ts';
import { drawStrike, type Strike, type StrikeKind, sayFault, type World } from './strikes.ts';
import { Turns } from './turns.ts';

/** Real milliseconds for which a strike waits for the call that it is meant for. */
const AIM_MS = 3_000;

/** How many strikes one run has; and where only some kinds are drawn, which have to show what they are drawn for. */
const HOW_OFTEN: Record<string, number> = { '0': 4, '1': 20, '2': 26, '3': 25, '5': 15, '8': 10 };
const OFTEN: Record<string, number> = { '2': 1, '3': 1, '5': 1 };

/** Strikes what is drawn, and keeps from when to when it was struck. */
export class Striking {
  readonly #world: World;
  readonly #clock: PacedClock;
  readonly #under: readonly StrikeKind[] | undefined;
  readonly #struck: Struck[] = [];
  /** Each strike that prepares its moment has it to itself. */
  readonly #prepared = new Turns();

  /** With `under`, nothing but these kinds is struck. */
  constructor(world: World, clock: PacedClock, under?: readonly StrikeKind[]) {
    this.#world = world;
    this.#clock = clock;
    this.#under = under;
  }

  /** All that was struck, oldest first: what Slack was told to do counts where it hit a call. */
  get struck(): Struck[] {
    return [...this.#struck, ...hitsOf(this.#world.sandbox)].sort((a, b) => a.from - b.from);
  }

  /** Draws one, and strikes. */
  async one(dice: Dice): Promise<void> {
    await this.#hit(this.#draw(dice));
  }

  /** Strikes at moments that are drawn from the minutes after `begin`, until it is over. */
  async atRandom(
    begin: Date,
    minutes: number,
    { dice, over }: { dice: Dice; over: AbortSignal },
  ): Promise<void> {
    const count = Number(dice.weighted(this.#under ? OFTEN : HOW_OFTEN));
    const moments = Array.from({ length: count }, () => dice.fraction() * minutes).sort((a, b) => a - b);
    const underWay: Promise<void>[] = [];
    for (const moment of moments) {
      const strike = this.#draw(dice);
      const at = begin.getTime() + moment * 60_000;
      while (!over.aborted && this.#clock.now().getTime() < at)
        await pause(Math.max(2, Math.min(200, (at - this.#clock.now().getTime()) / this.#clock.speed)));
      if (!over.aborted) underWay.push(this.#hit(strike, over));
    }
    await Promise.all(underWay);
  }

  #draw(dice: Dice): Strike {
    return drawStrike(dice, this.#world.redis ? 'redis' : 'postgres', this.#under);
  }

  async #hit(strike: Strike, over?: AbortSignal): Promise<void> {
    if (strike.waitsForCalls) return strike.run(this.#world);
    const { at, prepare } = strike;
    if (!at) return this.#begin(strike).done;
    if (!prepare) return (await this.#aim(strike, at)).done;
    await this.#prepared.take(async () => {
      if (over?.aborted) return;
      await prepare(this.#world);
      await (await this.#aim(strike, at, Date.now())).done;
    });
  }

  /** Just when such a call comes to that moment, or after a while where none comes; what was prepared is felt before that. */
  #aim(
    strike: Strike,
    { method, moment }: NonNullable<Strike['at']>,
    preparedAt?: number,
  ): Promise<{ done: Promise<void> }> {
    return new Promise((resolve) => {
      const act = () => {
        clearTimeout(late);
        forget();
        resolve(this.#begin(strike, preparedAt));
      };
      const forget = this.#world.sandbox.faults.atNext(method, moment, act);
      const late = setTimeout(act, AIM_MS);
    });
  }

  #begin(strike: Strike, from = Date.now()): { done: Promise<void> } {
    const entry = { what: strike.what, from, to: Date.now() };
    this.#struck.push(entry);
    const done = strike.run(this.#world).then(() => {
      entry.to = Date.now();
    });
    return { done };
  }
}

const hitsOf = ({ faults }: Sandbox): Struck[] =>
  faults.hits.map(({ fault, method, at }) => ({
    what: `Slack answered ${sayFault({ ...fault, method })}`,
    from: at,
    to:
      at +
      (fault.kind === 'slow'
        ? (fault.delay ?? 0)
        : fault.kind === '429'
          ? 1_000 * (fault.retryAfter ?? 1)
          : 0),
  }));
