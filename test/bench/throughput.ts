import { AT_ONCE } from '../../src/outbox/sender.ts';
import type { Benchmark, Row } from './benchmark.ts';
import type { Flood, FloodOffers } from './contestants/flood.ts';
import { median, say } from './figures.ts';
import { askOnce } from './processes.ts';

/** The bot last: of each round's order nobody else profits. */
const CONTESTANTS = ['bare-loop', 'plain-graphile', 'plain-bullmq', 'bot-flood'] as const;

type Round = Record<(typeof CONTESTANTS)[number], number>;

export const throughput: Benchmark = {
  name: 'throughput',
  async run(ground, { rounds, quick }) {
    const size = quick ? { messages: 500, rooms: 100 } : { messages: 5_000, rooms: 500 };
    const slack = await ground.slack({ rooms: size.rooms, people: 0, rateLimits: false });
    const perSecond: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const figures: Partial<Round> = {};
      for (const name of CONTESTANTS) {
        const flood: Flood = {
          ...size,
          slack: slack.place,
          databaseUrl: await ground.database(),
          redisUrl: ground.redisUrl,
          atOnce: AT_ONCE.outbox,
        };
        const seconds = await askOnce<FloodOffers, 'run'>(`contestants/${name}`, 'run', flood);
        figures[name] = size.messages / seconds;
      }
      perSecond.push(figures as Round);
    }
    await slack.stop();
    const what = `messages per second, due to recorded ts, ${size.messages} to ${size.rooms} channels`;
    return [
      compare(what, perSecond, 'bare-loop', 'a bare loop of chat.postMessage, the same concurrency', 0.7),
      compare(what, perSecond, 'plain-graphile', 'Graphile Worker alone, post and completion row', 1),
      compare(what, perSecond, 'plain-bullmq', 'BullMQ on Redis alone, post and completion row', 1),
    ];
  },
};

function compare(what: string, rounds: Round[], name: keyof Round, against: string, least: number): Row {
  const ratio = median(rounds.map((round) => round['bot-flood'] / round[name]));
  return {
    what,
    against,
    measured: `${say(median(rounds.map((round) => round['bot-flood'])))}/s`,
    baseline: `${say(median(rounds.map((round) => round[name])))}/s`,
    ratio,
    aim: least === 1 ? 'ahead (> 1)' : `≥ ${least}`,
    met: least === 1 ? ratio > 1 : ratio >= least,
    rounds,
  };
}
