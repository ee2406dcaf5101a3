import type { Benchmark } from './benchmark.ts';
import type { WebOffers } from './contestants/bare-bolt.ts';
import type { CallerOffers } from './contestants/caller.ts';
import { median, percentile, say } from './figures.ts';
import type { Ground, OpenSlack } from './ground.ts';
import type { Traffic } from './places.ts';
import { Process } from './processes.ts';

const PER_SECOND = 200;
/** In turn with clicks on the button that shows the upgrade. */
const TYPED = ['', 'list', 'show UP-1', 'help'];

/** People type and click at a rate far beyond any night's; each must be acknowledged at once. */
export const ack: Benchmark = {
  name: 'ack',
  async run(ground, { rounds, quick }) {
    const slack = await ground.slack({ rooms: 1, people: 0, rateLimits: false });
    const figures: Record<string, number>[] = [];
    for (let round = 0; round < rounds; round++) figures.push(await oneRound(ground, slack, quick ? 3 : 15));
    await slack.stop();
    const of = (figure: string) => figures.map((each) => each[figure] ?? Number.NaN);
    const ratio = median(figures.map((each) => (each['bot p99'] ?? Number.NaN) / (each['bolt p99'] ?? 0)));
    const sum = (figure: string) => of(figure).reduce((all, each) => all + each, 0);
    const calls = PER_SECOND * (quick ? 3 : 15) * rounds;
    const failed = sum('bot failed') + sum('bolt failed');
    const left = calls - sum('bot answered');
    const slowest = Math.min(...of('bot per second'), ...of('bolt per second'));
    const wrong = [failed && `${failed} FAILED`, left && `${left} NOT CARRIED OUT`]
      .filter(Boolean)
      .join(', ');
    return [
      {
        what: `ack of slash commands and clicks at ${say(slowest)}/s, p99; ${wrong || 'all of them carried out'}`,
        against: 'a bare Bolt app that only acks',
        measured: `${say(median(of('bot p99')))} ms (p50 ${say(median(of('bot p50')))} ms)`,
        baseline: `${say(median(of('bolt p99')))} ms (p50 ${say(median(of('bolt p50')))} ms)`,
        ratio,
        aim: '≤ 1.5',
        met: ratio <= 1.5 && wrong === '' && slowest >= PER_SECOND * 0.98,
        rounds: figures,
      },
    ];
  },
};

async function oneRound(ground: Ground, slack: OpenSlack, seconds: number): Promise<Record<string, number>> {
  const place = { slack: slack.place, databaseUrl: await ground.database(), queueUrl: ground.redisUrl };
  const bot = new Process<WebOffers>('contestants/bot-web');
  const bolt = new Process<WebOffers>('contestants/bare-bolt');
  const caller = new Process<CallerOffers>('contestants/caller');
  try {
    const { url, message } = await bot.ask('open', place);
    if (!message) throw new Error('there is nothing to click');
    const through = await caller.ask('open', undefined);
    const acts = { url: through, message, actionId: 'planning.show', typed: TYPED };
    const call = async (to: string, count: number) => {
      await slack.process.ask('traffic', { ...acts, count } satisfies Traffic);
      return caller.ask('call', { url: to, perSecond: PER_SECOND, count });
    };
    const bare = (await bolt.ask('open', place)).url;
    const figures: Record<string, number> = {};
    for (const [name, to] of [
      ['bolt', bare],
      ['bot', url],
    ] as const) {
      const before = await slack.process.ask('answered', 0);
      await call(to, WARM_UP);
      if (name === 'bot') await slack.process.ask('answered', before + WARM_UP);
      const { took, failed, perSecond } = await call(to, PER_SECOND * seconds);
      // What was acknowledged must be carried out: each act has one private answer.
      const all = before + WARM_UP + took.length;
      if (name === 'bot')
        figures['bot answered'] = took.length + (await slack.process.ask('answered', all)) - all;
      figures[`${name} p50`] = percentile(took, 0.5);
      figures[`${name} p99`] = percentile(took, 0.99);
      figures[`${name} failed`] = failed;
      figures[`${name} per second`] = perSecond;
    }
    return figures;
  } finally {
    for (const process of [caller, bot, bolt]) await process.stop();
  }
}

const WARM_UP = 400;
