import type { Benchmark, Row } from './benchmark.ts';
import { type Beats, type BeatsOffers, STRUCK } from './contestants/beats.ts';
import { median, percentile, say } from './figures.ts';
import { askOnce } from './processes.ts';

/** Everybody's heartbeat at the same instant: the worst moment of a night with many windows. */
export const punctuality: Benchmark = {
  name: 'punctuality',
  async run(ground, { rounds, quick }) {
    const windows = quick ? 100 : 1_000;
    const slack = await ground.slack({ rooms: windows, people: 0, rateLimits: false });
    const place = { slack: slack.place, windows, apart: 0, paced: false, queueUrl: ground.redisUrl };
    const lateness: { bare: number[][]; bot: number[][] }[] = [];
    for (let round = 0; round < rounds; round++) {
      lateness.push({
        bare: await strike('bare-timers', { ...place, databaseUrl: await ground.database() }),
        bot: await strike('bot-beats', { ...place, databaseUrl: await ground.database() }),
      });
    }
    await slack.stop();
    return STRUCK.map((which, index): Row => {
      const figures = lateness.map((late) => ({
        'bare p50': percentile(late.bare[index] ?? [], 0.5),
        'bare p99': percentile(late.bare[index] ?? [], 0.99),
        'bot p50': percentile(late.bot[index] ?? [], 0.5),
        'bot p99': percentile(late.bot[index] ?? [], 0.99),
      }));
      const ratio = median(figures.map((figure) => figure['bot p99'] / figure['bare p99']));
      return {
        what: `${windows} windows whose heartbeats fall on the same instant, ${which}, p99 lateness`,
        against: 'a bare setTimeout loop posting the same',
        measured: `${say(median(figures.map((figure) => figure['bot p99'])))} ms`,
        baseline: `${say(median(figures.map((figure) => figure['bare p99'])))} ms`,
        ratio,
        aim: '≤ 1.5',
        met: ratio <= 1.5,
        rounds: figures,
      };
    });
  },
};

const strike = (contestant: string, beats: Beats): Promise<number[][]> =>
  askOnce<BeatsOffers, 'run'>(`contestants/${contestant}`, 'run', beats);
