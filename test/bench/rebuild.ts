import type { Benchmark } from './benchmark.ts';
import type { RebuildOffers, Rebuilt } from './contestants/bot-rebuild.ts';
import { median, say } from './figures.ts';
import { askOnce } from './processes.ts';

/** Redis has lost everything, and every row of the timetable wants its ring back. */
export const rebuild: Benchmark = {
  name: 'rebuild',
  async run(ground, { rounds, quick }) {
    const size = quick ? 10_000 : 100_000;
    const slack = await ground.slack({ rooms: 0, people: 0, rateLimits: false });
    const figures: Rebuilt[] = [];
    for (let round = 0; round < rounds; round++) {
      const task = {
        slack: slack.place,
        databaseUrl: await ground.database(),
        queueUrl: ground.redisUrl,
        rows: size,
      };
      figures.push(await askOnce<RebuildOffers, 'run'>('contestants/bot-rebuild', 'run', task));
    }
    await slack.stop();
    const seconds = median(figures.map((figure) => figure.seconds));
    const megabytes = median(figures.map((figure) => figure.megabytes));
    return [
      {
        what: `rebuilding the queue from ${size} rows after FLUSHALL, all due within the minute, at 30,000 instants`,
        against: 'the clock',
        measured: `${say(seconds)} s, ${say(megabytes)} MB`,
        baseline: '',
        aim: '≤ 20 s, ≤ 300 MB',
        met: seconds <= 20 && megabytes <= 300,
        rounds: figures.map(({ seconds, megabytes }) => ({ seconds, megabytes })),
      },
    ];
  },
};
