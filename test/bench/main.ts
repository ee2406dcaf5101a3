import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/clock.ts';
import { ack } from './ack.ts';
import type { Benchmark, Row } from './benchmark.ts';
import { clockCost } from './clock-cost.ts';
import { say } from './figures.ts';
import { openGround } from './ground.ts';
import { idle } from './idle.ts';
import { punctuality } from './punctuality.ts';
import { rebuild } from './rebuild.ts';
import { survey } from './survey.ts';
import { throughput } from './throughput.ts';

const ALL: Benchmark[] = [rebuild, clockCost, throughput, punctuality, idle, ack, survey];
const OUTPUT = 'reports/bench.json';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const chosen = ALL.filter(({ name }) => !values.only || values.only.includes(name));
const rounds = Number(values.rounds);

if (values.help || chosen.length === 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.log(
    `npm run bench -- [--only NAME]… [--rounds N] [--quick]\nNAME: ${ALL.map(({ name }) => name).join(', ')}`,
  );
  process.exit(values.help ? 0 : 1);
}

// An interrupted run leaves no server behind: each of them ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const ground = await openGround();
const begun = systemClock.now();
/** What is measured: with `-dirty` where it is not the commit alone. */
const commit = spawnSync('git', ['describe', '--always', '--dirty', '--exclude=*'], {
  encoding: 'utf8',
}).stdout.trim();
const loadBefore = os.loadavg();
/** `load`: of the machine in the minute before, which the benchmark before it is part of. */
const rows: (Row & { name: string; load: number })[] = [];
try {
  for (const { name, run } of chosen) {
    const load = os.loadavg()[0] ?? Number.NaN;
    console.error(`${name} … (load ${say(load)})`);
    try {
      for (const row of await run(ground, { rounds, quick: values.quick })) {
        rows.push({ name, load, ...row });
        console.error(line(row));
      }
    } catch (error) {
      console.error(`${name} came to nothing:`, error);
      process.exitCode = 1;
    }
  }
} finally {
  await ground.stop();
}

const circumstances = {
  at: begun.toISOString(),
  commit,
  rounds,
  quick: values.quick,
  node: process.version,
  postgres: `${ground.postgresVersion}, fsync on, synchronous_commit on, shared_buffers 32 MB`,
  processors: `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}`,
  load: { before: loadBefore, after: os.loadavg() },
};
await mkdir('reports', { recursive: true });
await writeFile(OUTPUT, `${JSON.stringify({ ...circumstances, rows }, null, 2)}\n`);

console.log(
  [
    '| what | against | measured | baseline | ratio | aim | met |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(line),
  ].join('\n'),
);
console.log(
  `\n${circumstances.at}, ${circumstances.commit}, ${rounds} rounds${values.quick ? ', quick: the figures mean nothing' : ''}; load ${loadBefore.map(say).join(' ')} before, ${os.loadavg().map(say).join(' ')} after; all figures in ${OUTPUT}`,
);

function line({ what, against, measured, baseline, ratio, aim, met }: Row): string {
  const cells = [
    what,
    against,
    measured,
    baseline,
    ratio === undefined ? '' : say(ratio),
    aim,
    met ? 'yes' : 'no',
  ];
  return `| ${cells.join(' | ')} |`;
}
