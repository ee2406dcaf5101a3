import path from 'node:path';
import { buildBot, IMPATIENCE } from './build-bot.ts';
import type { Mutant } from './mutants.ts';
import type { Verdict } from './oracle/index.ts';
import { isClean } from './report.ts';
import type { Workers } from './workers.ts';

/** Runs within which each mutant must be noticed. */
export const MUTANT_RUNS = 40;

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

/** Every mutant must be noticed within a bounded number of runs. Several are hunted side by side. Returns how many were not. */
export async function huntAll(hunt: Hunt, mutants: readonly Mutant[]): Promise<number> {
  const left = [...mutants];
  const missed: string[] = [];
  const one = async () => {
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const caught = await huntOne(hunt, mutant);
      if (!caught) missed.push(mutant.name);
      console.log(say(mutant, caught, hunt.most));
    }
  };
  await Promise.all(Array.from({ length: hunt.workers.size }, one));
  console.log(
    missed.length === 0 ? `All ${mutants.length} mutants were caught.` : `Missed: ${missed.join(', ')}`,
  );
  return missed.length;
}

async function huntOne(hunt: Hunt, mutant: Mutant): Promise<Caught | undefined> {
  const { workers, first, most } = hunt;
  const folder = path.join(hunt.folder, mutant.name);
  const bot = await buildBot([...IMPATIENCE, ...mutant.edits]);
  hunt.undo.push(bot.remove);
  try {
    for (let run = 1; run <= most; run++) {
      const seed = first + run - 1;
      const { verdict } = await workers.play({ program: bot.program, seed, folder, keep: false });
      if (isClean(verdict)) continue;
      // What the bot as it is shows as well says nothing about the mutant.
      const sound = await workers.play({
        ...{ program: hunt.program, seed, keep: false },
        folder: path.join(folder, 'without'),
      });
      if (isClean(sound.verdict)) return { seed, run, finding: firstOf(verdict) };
    }
    return undefined;
  } finally {
    await bot.remove();
  }
}

function say({ name }: Mutant, caught: Caught | undefined, most: number): string {
  const column = name.padEnd(34);
  if (!caught) return `MISSED  ${column} in ${most} runs`;
  return `caught  ${column} run ${String(caught.run).padStart(2)}, seed ${caught.seed}  ${caught.finding}`;
}

const KINDS = ['lost', 'doubled', 'early', 'wrong'] as const;
const firstOf = (verdict: Verdict): string =>
  KINDS.flatMap((kind) => verdict[kind].slice(0, 1).map((what) => `${kind}: ${what.split('\n')[0]}`))[0] ??
  '';
