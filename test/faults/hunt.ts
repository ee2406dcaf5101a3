import path from 'node:path';
import { buildBot, IMPATIENCE } from './build-bot.ts';
import { findingOf, type Mutant } from './mutant.ts';
import type { Workers } from './workers.ts';

/** Runs within which each mutant must be noticed. */
export const MUTANT_RUNS = 40;
/** Runs in which the bot as it is must show nothing. */
const QUIET_RUNS = 10;
/** How often a finding is played again before chance counts as its cause. */
const REPLAYS = 3;

export interface Hunt {
  workers: Workers;
  /** The bot as it is. */
  program: string;
  /** For logs. */
  folder: string;
  /** What is to be undone where the hunt is interrupted. */
  undo: (() => Promise<unknown>)[];
  first: number;
  most: number;
}

/** How a mutant was noticed: at which seed, in which run, and by what. */
interface Caught {
  seed: number;
  run: number;
  finding: string;
}

/** Every mutant must be noticed within a bounded number of runs by what it is expected to bring about, and the bot as it is by nothing. Several are hunted side by side. Returns how many were not as they must be. */
export async function huntAll(hunt: Hunt, mutants: readonly Mutant[]): Promise<number> {
  const left = [...mutants];
  const failed: string[] = [];
  const one = async () => {
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const caught = await huntOne(hunt, mutant);
      if ((caught !== undefined) !== (mutant.expects !== undefined)) failed.push(mutant.name);
      console.log(say(mutant, caught, hunt.most));
    }
  };
  await Promise.all(Array.from({ length: hunt.workers.size }, one));
  console.log(
    failed.length === 0
      ? 'Every mutant was caught, and nothing else.'
      : `Not as it must be: ${failed.join(', ')}`,
  );
  return failed.length;
}

async function huntOne(hunt: Hunt, mutant: Mutant): Promise<Caught | undefined> {
  const { workers, first } = hunt;
  const most = mutant.expects ? hunt.most : Math.min(hunt.most, QUIET_RUNS);
  const folder = path.join(hunt.folder, mutant.name);
  const bot = await buildBot([...IMPATIENCE, ...mutant.edits]);
  hunt.undo.push(bot.remove);
  const play = async (program: string, seed: number, below = '') => {
    const job = { program, seed, folder: path.join(folder, below), keep: false, under: mutant.under };
    const { verdict } = await workers.play(job);
    return findingOf(mutant, verdict);
  };
  try {
    for (let run = 1; run <= most; run++) {
      const seed = first + run - 1;
      const finding = await play(bot.program, seed);
      if (finding === undefined) continue;
      // What the bot as it is shows as well says nothing about the mutant, nor does what chance alone brought about.
      if ((await play(hunt.program, seed, 'without')) !== undefined) continue;
      if (await again(() => play(bot.program, seed, 'again'))) return { seed, run, finding };
    }
    return undefined;
  } finally {
    await bot.remove();
  }
}

/** A seed gives the same story and the same strikes, not the same milliseconds. */
async function again(play: () => Promise<string | undefined>): Promise<boolean> {
  for (let tries = 0; tries < REPLAYS; tries++) if ((await play()) !== undefined) return true;
  return false;
}

function say({ name, expects }: Mutant, caught: Caught | undefined, most: number): string {
  const column = name.padEnd(34);
  if (!caught) return expects ? `MISSED  ${column} in ${most} runs` : `quiet   ${column} as it must be`;
  return `${expects ? 'caught ' : 'NOISE  '} ${column} run ${String(caught.run).padStart(2)}, seed ${caught.seed}  ${caught.finding}`;
}
