import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Evidence } from './evidence.ts';
import { emptyVerdict, judge, type Verdict } from './oracle/index.ts';
import { isClean } from './report.ts';
import { type Ground, playRun } from './run.ts';

/** What one seed came to. */
export interface Outcome {
  seed: number;
  verdict: Verdict;
  /** What was played and struck. */
  story: string;
}

/** Plays one seed and judges it; what explains it is kept where something was found, or always when asked to. */
export async function playSeed(ground: Ground, seed: number, keep: boolean): Promise<Outcome> {
  const folder = path.join(ground.folder, `seed-${seed}`);
  try {
    const evidence = await playRun(ground, seed);
    const verdict = judge(evidence);
    if (keep || !isClean(verdict)) await explain(evidence, folder);
    else await rm(folder, { recursive: true, force: true });
    return { seed, verdict, story: storyOf(evidence) };
  } catch (error) {
    // One run that cannot be played must not hide what the others show.
    const wrong = [`the run could not be played: ${error instanceof Error ? error.stack : String(error)}`];
    return {
      seed,
      verdict: { ...emptyVerdict(), wrong },
      story: `seed ${seed}`,
    };
  }
}

async function explain(evidence: Evidence, folder: string): Promise<void> {
  const { clock, sandbox, ...rest } = evidence;
  const calls = sandbox.calls.map(({ method, at, outcome }) => ({ method, at, outcome }));
  const file = path.join(folder, 'evidence.json');
  await writeFile(file, JSON.stringify({ ...rest, paces: clock.paces, calls }, null, 1));
}

function storyOf({ seed, scenario, struck, stalls = [], played, clock }: Evidence): string {
  const { speed, roles } = scenario;
  const title = `seed ${seed}: ${played.length} upgrades at ${speed} times the speed, processes ${roles.join(', ')}`;
  const lines = [...struck, ...stalls].map(({ what, from }) => {
    const pace = clock.paces.findLast(({ real }) => real <= from) ?? clock.pace;
    return `  ${new Date(pace.virtual + (from - pace.real) * pace.speed).toISOString()} ${what}`;
  });
  return [title, ...lines].join('\n');
}
