import type { Benchmark, Row } from './benchmark.ts';
import type { BeatsOffers } from './contestants/beats.ts';
import { median, percentile, say } from './figures.ts';
import { askOnce } from './processes.ts';

const APART_MS = 250;

/** One heartbeat after the other with nothing else to do, on each queue. */
export const idle: Benchmark = {
  name: 'idle',
  async run(ground, { rounds, quick }) {
    const windows = quick ? 20 : 100;
    const slack = await ground.slack({ rooms: windows, people: 0, rateLimits: false });
    const figures: Record<'redis' | 'postgres', { p50: number; p99: number }[]> = { redis: [], postgres: [] };
    for (let round = 0; round < rounds; round++) {
      for (const queue of ['redis', 'postgres'] as const) {
        const databaseUrl = await ground.database();
        const queueUrl = queue === 'redis' ? ground.redisUrl : databaseUrl;
        const task = { slack: slack.place, windows, apart: APART_MS, databaseUrl, queueUrl };
        const lateness = await askOnce<BeatsOffers, 'run'>('contestants/bot-beats', 'run', task);
        figures[queue].push({ p50: percentile(lateness, 0.5), p99: percentile(lateness, 0.99) });
      }
    }
    await slack.stop();
    return (['redis', 'postgres'] as const).map((queue): Row => {
      const p99 = median(figures[queue].map((figure) => figure.p99));
      return {
        what: `one window's heartbeat on an idle system, queue on ${queue}, p99 lateness (${windows} of them)`,
        against: 'the clock',
        measured: `${say(p99)} ms (p50 ${say(median(figures[queue].map(({ p50 }) => p50)))} ms)`,
        baseline: '',
        aim: '≤ 50 ms',
        met: p99 <= 50,
        rounds: figures[queue],
      };
    });
  },
};
