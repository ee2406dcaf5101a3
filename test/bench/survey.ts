import { systemClock } from '../../src/clock.ts';
import type { Benchmark } from './benchmark.ts';
import type { Surveyed, SurveyOffers, SurveyTask } from './contestants/bot-survey.ts';
import { median, percentile, say } from './figures.ts';
import type { Ground } from './ground.ts';
import { askOnce } from './processes.ts';

/** By the clock of Slack and of the bot, while every computation takes its real time: harder than real time is. */
const SPEED = 10;
/** Shortly before ten in the morning, when the crowd is asked. A plain Wednesday. */
const BEGIN = '2026-12-09T08:56:00Z';
/** Ten windows strike far more often than any night's. */
const BESIDE = { windows: 10, heartbeat: 5, apart: 1 };
/** At real speed, a hundred windows strike once each, while the survey is at its beginning. */
const BESIDE_IN_REAL_TIME = { windows: 100, heartbeat: 5, apart: 1.5, enough: 220 };
/** Slack's limit for posts: so many at once, then so many a second. */
const LIMIT = { burst: 300, perSecond: 5 };

/** A survey under Slack's limits with windows beside it. One round: it takes minutes, and its baseline is arithmetic. */
export const survey: Benchmark = {
  name: 'survey',
  async run(ground, { quick }) {
    const people = quick ? 1_500 : 20_000;
    const fast = await ask(ground, { people, speed: SPEED, ...BESIDE });
    const real = await ask(ground, { people, speed: 1, ...BESIDE_IN_REAL_TIME });
    const least = (fast.posts - LIMIT.burst) / LIMIT.perSecond;
    const ratio = fast.seconds / least;
    // A heartbeat that was left out is not one that came on time.
    const missing = BESIDE_IN_REAL_TIME.windows - real.beatsLate.length;
    const inFastTime = BESIDE.windows * Math.floor(fast.seconds / 60 / BESIDE.heartbeat);
    const late = percentile(real.beatsLate, 0.99);
    return [
      {
        what: `survey to ${fast.invitations} people under Slack's limits, at ${SPEED} times real speed; 429s drawn: ${fast.refused}`,
        against: "the limits' own minimum for all that was posted meanwhile",
        measured: `${say(fast.seconds)} s`,
        baseline: `${say(least)} s`,
        ratio,
        aim: '≤ 1.03, no 429',
        met: ratio <= 1.03 && fast.refused === 0 && fast.beatsLate.length >= inFastTime,
        rounds: [
          {
            seconds: fast.seconds,
            least,
            posts: fast.posts,
            refused: fast.refused,
            'beats beside it': fast.beatsLate.length,
            'beats by the fast clock p50': median(fast.beatsLate),
            'beats by the fast clock p99': percentile(fast.beatsLate, 0.99),
          },
        ],
      },
      {
        what: `heartbeats beside its first ${real.invitations} invitations, at real speed, p99 lateness (${real.beatsLate.length} of them${missing > 0 ? `, ${missing} MISSING` : ''}); 429s drawn: ${real.refused}`,
        against: 'the clock',
        measured: `${say(late * 1_000)} ms (p50 ${say(median(real.beatsLate) * 1_000)} ms)`,
        baseline: '',
        aim: '≤ 1 s',
        met: late <= 1 && missing <= 0 && real.refused === 0,
        rounds: [{ p50: median(real.beatsLate), p99: late, refused: real.refused }],
      },
    ];
  },
};

interface Asking extends Omit<SurveyTask, 'slack' | 'databaseUrl' | 'queueUrl' | 'clock'> {
  people: number;
  speed: number;
}

async function ask(
  ground: Ground,
  { people, speed, ...task }: Asking,
): Promise<Surveyed & { refused: number }> {
  const clock = { at: BEGIN, anchor: systemClock.now().toISOString(), speed };
  const slack = await ground.slack({ rooms: task.windows, people, rateLimits: true, clock });
  const done = await askOnce<SurveyOffers, 'run'>('contestants/bot-survey', 'run', {
    ...{ slack: slack.place, databaseUrl: await ground.database(), queueUrl: ground.redisUrl },
    ...task,
    clock,
  });
  const refused = await slack.process.ask('refused', undefined);
  await slack.stop();
  return { ...done, refused };
}
