import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBot, type Edit, IMPATIENCE } from './build-bot.ts';
import { huntAll, MUTANT_RUNS } from './hunt.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import type { Outcome } from './play-seed.ts';
import { Report, replayOf } from './report.ts';
import { Workers } from './workers.ts';

const USAGE = `npm run faults -- [--runs N] [--seed S] [--queue redis|postgres]   N runs, seeds S, S+1, …
npm run faults -- --only SEED [--queue …]                            one seed again, with all that was struck
npm run faults -- --mutants [--mutant NAME] [--runs N] [--seed S]    the harness must notice each of these defects
npm run faults -- --mutant NAME --only SEED                          one defect, one seed
  --workers N   so many runs side by side; each has a Postgres, a Redis and a Slack of its own`;

/** After so many runs the table is printed, for whoever watches a long series. */
const SAY_EVERY = 50;

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '20261120' },
    queue: { type: 'string', default: 'postgres' },
    only: { type: 'string' },
    workers: { type: 'string', default: '1' },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const report = new Report();
let interrupted = false;
const undo: (() => Promise<unknown>)[] = [];
const cleanUp = async () => {
  for (const step of undo.splice(0).reverse()) await step();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interrupted = true;
    if (report.runs > 0) console.log(`\nInterrupted.\n${report}`);
    void cleanUp().finally(() => process.exit(130));
  });

process.exitCode = await main()
  .catch((error: unknown) => {
    if (!interrupted) console.error(error);
    return 1;
  })
  .finally(cleanUp);
// Where it was interrupted, that ends it when everything is undone.
if (!interrupted) process.exit();

async function main(): Promise<number> {
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { queue } = values;
  if (queue !== 'redis' && queue !== 'postgres') throw new Error(`no such queue: ${queue}\n${USAGE}`);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'watchbell-faults-logs-'));
  const size = values.only === undefined ? numberOf('workers', values.workers) : 1;
  const workers = await Workers.start(size, { queue }, undo);
  const code = values.mutants ? await hunt(workers, folder, queue) : await play(workers, folder);
  if (code === 0 && values.only === undefined) await rm(folder, { recursive: true, force: true });
  return code;
}

async function hunt(workers: Workers, folder: string, queue: 'redis' | 'postgres'): Promise<number> {
  const all = values.mutant === undefined ? MUTANTS : [mutant(values.mutant)];
  const mutants = all.filter((each) => each.queue === undefined || each.queue === queue);
  const program = await build([]);
  const first = numberOf('seed', values.seed);
  const most = numberOf('runs', values.runs ?? String(MUTANT_RUNS));
  return (await huntAll({ workers, program, folder, undo, first, most }, mutants)) === 0 ? 0 : 1;
}

/** Many seeds of the bot as it is, or of one mutant. */
async function play(workers: Workers, folder: string): Promise<number> {
  const { edits = [], under }: Partial<Mutant> = values.mutant === undefined ? {} : mutant(values.mutant);
  const program = await build(edits);
  const keep = values.only !== undefined;
  const runs = keep ? 1 : numberOf('runs', values.runs ?? '10');
  let next = values.only === undefined ? numberOf('seed', values.seed) : numberOf('only', values.only);
  const end = next + runs;
  const playOn = async () => {
    while (next < end) {
      const outcome = await workers.play({ program, seed: next++, folder, keep, under });
      tell(outcome, report.add(outcome.seed, outcome.verdict), folder);
      if (report.runs % SAY_EVERY === 0 && report.runs < runs) console.log(`\n${report}`);
    }
  };
  await Promise.all(Array.from({ length: workers.size }, playOn));
  console.log(`\n${report}`);
  return report.failing.length === 0 && report.slack.length === 0 ? 0 : 1;
}

function tell({ seed, story }: Outcome, findings: string[], folder: string): void {
  if (findings.length === 0 && values.only === undefined) return;
  const again = replayOf({ ...values, seed });
  console.log(['', story, ...findings, `  again: ${again}; logs: ${folder}/seed-${seed}`].join('\n'));
}

async function build(edits: Edit[]): Promise<string> {
  const bot = await buildBot([...IMPATIENCE, ...edits]);
  // Removed before the workers are stopped: they have it in memory by then.
  undo.push(bot.remove);
  return bot.program;
}

/** Something that is no number would play nothing, and call it clean. */
function numberOf(option: string, given: string): number {
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`--${option} takes a whole number from 1 on, not “${given}”.\n${USAGE}`);
  return number;
}

function mutant(name: string): Mutant {
  const found = MUTANTS.find((one) => one.name === name);
  if (!found)
    throw new Error(`no such mutant: ${name}. There are: ${MUTANTS.map((one) => one.name).join(', ')}`);
  return found;
}
