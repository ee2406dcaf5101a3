import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBot, type Edit, IMPATIENCE } from './build-bot.ts';
import type { Evidence } from './evidence.ts';
import { Pool } from './fleet.ts';
import { MUTANTS } from './mutants.ts';
import { judge } from './oracle/index.ts';
import { isClean, Report } from './report.ts';
import { forget, type Ground, playRun } from './run.ts';
import { Postgres, Redis } from './stores.ts';

const USAGE = `npm run faults -- [--runs N] [--seed S] [--queue redis|postgres]   N runs, seeds S, S+1, …
npm run faults -- --only SEED [--queue …]                            one seed again, with all that was struck
npm run faults -- --mutants [--mutant NAME] [--runs N] [--seed S]    the harness must notice each of these defects
npm run faults -- --mutant NAME --only SEED                          one defect, one seed`;

/** Processes that wait, ready to take the place of one that was killed. */
const SPARE = 3;
/** Runs within which each mutant must be noticed. */
const MUTANT_RUNS = 40;

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '20261120' },
    queue: { type: 'string', default: 'postgres' },
    only: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

// Every process that is started wants to be ended with this one.
process.setMaxListeners(100);

const undo: (() => Promise<unknown>)[] = [];
const cleanUp = async () => {
  for (const step of undo.splice(0).reverse()) await step();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cleanUp().finally(() => process.exit(130)));

process.exitCode = await main()
  .catch((error: unknown) => {
    console.error(error);
    return 1;
  })
  .finally(cleanUp);
process.exit();

async function main(): Promise<number> {
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.queue !== 'redis' && values.queue !== 'postgres')
    throw new Error(`no such queue: ${values.queue}\n${USAGE}`);
  const postgres = await Postgres.start();
  undo.push(() => postgres.stop());
  const redis = values.queue === 'redis' ? await Redis.start() : undefined;
  if (redis) undo.push(() => redis.stop());
  const folder = await mkdtemp(path.join(os.tmpdir(), 'watchbell-faults-logs-'));
  const stores = { postgres, redis, folder };
  if (values.mutants) return hunt(stores);
  const edits = values.mutant === undefined ? [] : mutant(values.mutant).edits;
  const code = await play(stores, edits);
  if (code === 0) await rm(folder, { recursive: true, force: true });
  return code;
}

type Stores = Omit<Ground, 'pool'>;

/** Many seeds of the bot as it is. */
async function play(stores: Stores, edits: Edit[]): Promise<number> {
  const ground = await prepare(stores, edits);
  const report = new Report();
  const runs = values.only === undefined ? Number(values.runs ?? 10) : 1;
  const first = Number(values.only ?? values.seed);
  for (let seed = first; seed < first + runs; seed++) {
    const began = Date.now();
    await playOne(ground, seed, report);
    if (process.stdout.isTTY)
      process.stdout.write(`\r${report.runs}/${runs} (${((Date.now() - began) / 1_000).toFixed(1)} s)  `);
  }
  console.log(`\n${report}`);
  return report.failing.length === 0 ? 0 : 1;
}

async function playOne(ground: Ground, seed: number, report: Report): Promise<void> {
  try {
    const evidence = await playRun(ground, seed);
    const findings = report.add(seed, judge(evidence));
    if (findings.length > 0 || values.only !== undefined) await tell(evidence, findings, ground);
    else await forget(ground, seed);
  } catch (error) {
    // One run that cannot be played must not hide what the others show.
    const wrong = [`the run could not be played: ${error instanceof Error ? error.message : String(error)}`];
    report.add(seed, { lost: [], doubled: [], early: [], wrong, lateness: [] });
    console.log(`\nseed ${seed}: ${wrong[0]}\n  logs: ${ground.folder}/seed-${seed}`);
  }
}

async function prepare(stores: Stores, edits: Edit[]): Promise<Ground> {
  const bot = await buildBot([...IMPATIENCE, ...edits]);
  undo.push(bot.remove);
  const pool = new Pool(bot.program, SPARE);
  undo.push(() => pool.close());
  return { ...stores, pool };
}

async function tell(evidence: Evidence, findings: string[], ground: Ground): Promise<void> {
  const { seed, scenario, struck, played, clock, seen, attempts, record } = evidence;
  const file = path.join(ground.folder, `seed-${seed}`, 'evidence.json');
  await writeFile(
    file,
    JSON.stringify({ stories: scenario.stories, attempts, struck, record, seen }, null, 1),
  );
  console.log(
    `\nseed ${seed}: ${played.length} upgrades at ${scenario.speed} times the speed, processes ${scenario.roles.join(', ')}`,
  );
  for (const { what, from } of struck) {
    const { real, virtual, speed } = clock.paces.findLast((pace) => pace.real <= from) ?? clock.pace;
    console.log(`  ${new Date(virtual + (from - real) * speed).toISOString()} ${what}`);
  }
  for (const finding of findings) console.log(finding);
  console.log(
    `  again: npm run faults -- --only ${seed} --queue ${values.queue}; logs: ${ground.folder}/seed-${seed}`,
  );
}

/** Every mutant must be noticed within a bounded number of runs. */
async function hunt(stores: Stores): Promise<number> {
  const missed: string[] = [];
  const first = Number(values.seed);
  const most = Number(values.runs ?? MUTANT_RUNS);
  for (const { name, edits, queue } of values.mutant === undefined ? MUTANTS : [mutant(values.mutant)]) {
    if (queue && queue !== values.queue) continue;
    const ground = await prepare(stores, edits);
    let caught: string | undefined;
    for (let seed = first; seed < first + most && caught === undefined; seed++) {
      const verdict = judge(await playRun(ground, seed));
      if (!isClean(verdict))
        caught = `seed ${seed}: ${[...verdict.doubled, ...verdict.lost, ...verdict.early, ...verdict.wrong][0]}`;
      await forget(ground, seed);
    }
    await undo.pop()?.();
    await undo.pop()?.();
    if (caught === undefined) missed.push(name);
    console.log(
      `${caught === undefined ? 'MISSED' : 'caught'}  ${name}${caught === undefined ? `, in ${most} runs` : ` — ${caught}`}`,
    );
  }
  console.log(missed.length === 0 ? 'Every mutant was caught.' : `Missed: ${missed.join(', ')}`);
  return missed.length === 0 ? 0 : 1;
}

function mutant(name: string): (typeof MUTANTS)[number] {
  const found = MUTANTS.find((one) => one.name === name);
  if (!found)
    throw new Error(`no such mutant: ${name}. There are: ${MUTANTS.map((one) => one.name).join(', ')}`);
  return found;
}
