import type { Benchmark, Row } from './benchmark.ts';
import { type BeatsOffers, STRUCK } from './contestants/beats.ts';
import { median, percentile, say } from './figures.ts';
import { askOnce } from './processes.ts';

/** The edit of its headline that each one brings keeps to Slack's fifty a minute: none waits for another. */
const APART_MS = 1_250;

/** One heartbeat after the other with nothing else to do, on each queue. */
export const idle: Benchmark = {
  name: 'idle',
  async run(ground, { rounds, quick }) {
    const windows = quick ? 20 : 100;
    const slack = await ground.slack({ rooms: windows, people: 0, rateLimits: false });
    const rows: Row[] = [];
    for (const queue of ['redis', 'postgres'] as const) {
      const lateness: number[][][] = [];
      for (let round = 0; round < rounds; round++) {
        const databaseUrl = await ground.database();
        const queueUrl = queue === 'redis' ? ground.redisUrl : databaseUrl;
        const task = { slack: slack.place, windows, apart: APART_MS, paced: true, databaseUrl, queueUrl };
        lateness.push(await askOnce<BeatsOffers, 'run'>('contestants/bot-beats', 'run', task));
      }
      for (const [strike, which] of STRUCK.entries()) {
        const p50 = lateness.map((round) => percentile(round[strike] ?? [], 0.5));
        const p99 = lateness.map((round) => percentile(round[strike] ?? [], 0.99));
        rows.push({
          what: `one window's heartbeat on an idle system, ${which} ${windows}, queue on ${queue}, p99 lateness`,
          against: 'the clock',
          measured: `${say(median(p99))} ms (p50 ${say(median(p50))} ms)`,
          baseline: '',
          aim: '≤ 50 ms',
          met: median(p99) <= 50,
          rounds: lateness.map((_, round) => ({
            p50: p50[round] ?? Number.NaN,
            p99: p99[round] ?? Number.NaN,
          })),
        });
      }
    }
    await slack.stop();
    return rows;
  },
};
