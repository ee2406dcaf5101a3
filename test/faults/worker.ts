import { Pool } from './fleet.ts';
import { type Outcome, playSeed } from './play-seed.ts';
import { Redis } from './redis.ts';
import { Postgres } from './stores.ts';
import type { StrikeKind } from './strikes.ts';

/** What a worker is told first, and then once per run. */
export interface Ground {
  queue: 'redis' | 'postgres';
}
export interface Job {
  /** The bot to be played, built. */
  program: string;
  seed: number;
  /** Where it keeps its logs, below the seed's name. */
  folder: string;
  keep: boolean;
  /** Where only these kinds of strikes are drawn, and more of them. */
  under?: readonly StrikeKind[] | undefined;
}
export type Answer = { ready: true } | { ready: false; outcome: Outcome };

/** Processes that wait, ready to take the place of one that was killed. */
const SPARE = 2;

const undo: (() => Promise<unknown>)[] = [];

/** One process that plays runs, with stores of its own; it ends, and leaves nothing behind, with whoever started it. */
process.on('disconnect', async () => {
  for (const step of undo.splice(0).reverse()) await step();
  process.exit();
});
// Whoever started it hears of it too, and decides.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
// Every process that is started wants to be ended with this one.
process.setMaxListeners(100);

const say = (answer: Answer) => process.send?.(answer);

process.once('message', async ({ queue }: Ground) => {
  const postgres = await Postgres.start();
  undo.push(() => postgres.stop());
  const redis = queue === 'redis' ? await Redis.start() : undefined;
  if (redis) undo.push(() => redis.stop());
  let pool: Pool | undefined;
  undo.push(async () => pool?.close());
  process.on('message', async ({ program, seed, folder, keep, under }: Job) => {
    if (pool?.program !== program) {
      await pool?.close();
      pool = new Pool(program, SPARE);
    }
    const outcome = await playSeed({ pool, postgres, redis, folder, under }, seed, keep);
    say({ ready: false, outcome });
  });
  say({ ready: true });
});
