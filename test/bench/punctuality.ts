import type { Benchmark } from './benchmark.ts';
import type { BeatsOffers } from './contestants/beats.ts';
import { median, percentile, say } from './figures.ts';
import { askOnce } from './processes.ts';

const CONTESTANTS = ['bare-timers', 'bot-beats'] as const;

/** Everybody's heartbeat at the same instant: the worst moment of a night with many windows. */
export const punctuality: Benchmark = {
  name: 'punctuality',
  async run(ground, { rounds, quick }) {
    const windows = quick ? 100 : 1_000;
    const slack = await ground.slack({ rooms: windows, people: 0, rateLimits: false });
    const figures: Record<string, number>[] = [];
    for (let round = 0; round < rounds; round++) {
      const figure: Record<string, number> = {};
      for (const name of CONTESTANTS) {
        const beats = { slack: slack.place, windows, apart: 0, queueUrl: ground.redisUrl };
        const task = { ...beats, databaseUrl: await ground.database() };
        const lateness = await askOnce<BeatsOffers, 'run'>(`contestants/${name}`, 'run', task);
        figure[`${name} p50`] = percentile(lateness, 0.5);
        figure[`${name} p99`] = percentile(lateness, 0.99);
      }
      figures.push(figure);
    }
    await slack.stop();
    const p99 = (name: string) => figures.map((figure) => figure[`${name} p99`] ?? Number.NaN);
    const bare = p99('bare-timers');
    const ratio = median(p99('bot-beats').map((late, round) => late / (bare[round] ?? Number.NaN)));
    return [
      {
        what: `punctuality: ${windows} windows whose heartbeats fall on the same instant, p99 lateness`,
        against: 'a bare setTimeout loop posting the same',
        measured: `${say(median(p99('bot-beats')))} ms`,
        baseline: `${say(median(bare))} ms`,
        ratio,
        aim: '≤ 1.5',
        met: ratio <= 1.5,
        rounds: figures,
      },
    ];
  },
};
