import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type Context, transact, watchbell } from '../context.ts';
import { appendAll } from '../record/index.ts';
import type { Posted } from '../slack/port.ts';
import { apart } from '../trace.ts';
import { drawAgain, type Sent, settleSent } from './claims.ts';
import type { Delivery } from './store.ts';

interface Waiting extends Sent {
  /** Runs something under the trace of this delivery. */
  within: <T>(act: () => T) => T;
  resolve(): void;
  reject(error: unknown): void;
}

/** Deliveries that are kept in one transaction. */
const MOST = 100;

/** How long after a transaction the next one waits for company. */
const GATHERED_MS = 25;

/**
 * Keeps what became of deliveries that were sent, and puts their first posts on the record: the first at once, those that
 * come soon after it together. A commit costs as much for fifty as for one.
 */
export class SentKeeper {
  readonly #context: Context;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Resolves when it is kept, or was taken over by somebody else meanwhile; rejects when it could not be kept. */
  keep(delivery: Delivery, place: Posted & { pinned: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      const within = AsyncLocalStorage.snapshot() as Waiting['within'];
      this.#waiting.push({ delivery, place, within, resolve, reject });
      if (!this.#busy) void apart(() => this.#work());
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      await this.#keepAll(this.#waiting.splice(0, MOST));
      await pause(GATHERED_MS);
    }
    this.#busy = false;
  }

  /** One that cannot be kept does not take the others with it. */
  async #keepAll(batch: Waiting[]): Promise<void> {
    try {
      await keepSent(this.#context, batch);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1) for (const { reject } of batch) reject(error);
      else for (const each of batch) await this.#keepAll([each]);
    }
  }
}

async function keepSent(context: Context, batch: Waiting[]): Promise<void> {
  await transact(context, async (unit) => {
    const settled = await settleSent(unit, batch);
    const edited = batch.map(({ delivery }) => delivery).filter(({ ts }) => ts !== null);
    await drawAgain(
      unit,
      edited.filter(({ id }) => !settled.has(id)),
    );
    const first = batch.filter(({ delivery }) => settled.has(delivery.id) && !delivery.ts);
    await appendAll(
      unit,
      'message.sent',
      first.map(({ delivery, place, within }) => ({
        actor: watchbell(delivery.teamId),
        upgradeId: delivery.upgradeId,
        within,
        data: {
          delivery: delivery.id,
          kind: delivery.kind,
          slot: delivery.slot,
          target: delivery.target,
          lane: delivery.lane,
          channel: place.channel,
          ts: place.ts,
          plannedFor: delivery.plannedFor.toISOString(),
          lateSeconds: Math.max(0, Math.round((unit.now.getTime() - delivery.plannedFor.getTime()) / 1_000)),
        },
      })),
    );
  });
}
