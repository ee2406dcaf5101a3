import { systemClock } from '../../src/clock.ts';
import type { Benchmark } from './benchmark.ts';
import type { SurveyOffers } from './contestants/bot-survey.ts';
import { median, percentile, say } from './figures.ts';
import { askOnce } from './processes.ts';

/** By the clock of Slack and of the bot, while every computation takes its real time: harder than real time is. */
const SPEED = 10;
/** Shortly before ten in the morning, when the crowd is asked. A plain Wednesday. */
const BEGIN = '2026-12-09T08:56:00Z';
/** Minutes; far more often than any night's. */
const HEARTBEAT = 5;
/** Slack's limit for posts: so many at once, then so many a second. */
const LIMIT = { burst: 300, perSecond: 5 };

/** A survey under Slack's limits with windows beside it. One round: it takes minutes, and its baseline is arithmetic. */
export const survey: Benchmark = {
  name: 'survey',
  async run(ground, { quick }) {
    const people = quick ? 1_500 : 20_000;
    const windows = 10;
    const clock = { at: BEGIN, anchor: systemClock.now().toISOString(), speed: SPEED };
    const slack = await ground.slack({ rooms: windows, people, rateLimits: true, clock });
    const task = { slack: slack.place, databaseUrl: await ground.database(), queueUrl: ground.redisUrl };
    const done = await askOnce<SurveyOffers, 'run'>('contestants/bot-survey', 'run', {
      ...task,
      clock,
      windows,
      heartbeat: HEARTBEAT,
    });
    const refused = await slack.process.ask('refused', undefined);
    await slack.stop();
    const least = (done.posts - LIMIT.burst) / LIMIT.perSecond;
    const ratio = done.seconds / least;
    const late = percentile(done.beatsLate, 0.99);
    // A heartbeat that was left out is not one that came on time.
    const beats = windows * Math.floor(done.seconds / 60 / HEARTBEAT);
    const missing = Math.max(0, beats - done.beatsLate.length);
    return [
      {
        what: `survey to ${done.invitations} people under Slack's limits, at ${SPEED} times real speed; 429s drawn: ${refused}`,
        against: "the limits' own minimum for all that was posted meanwhile",
        measured: `${say(done.seconds)} s`,
        baseline: `${say(least)} s`,
        ratio,
        aim: '≤ 1.03, no 429',
        met: ratio <= 1.03 && refused === 0,
        rounds: [{ seconds: done.seconds, least, posts: done.posts, refused }],
      },
      {
        what: `heartbeats beside it, p99 lateness by the fast clock (${done.beatsLate.length} of them${missing > 0 ? `, ${missing} MISSING` : ''})`,
        against: 'the clock',
        measured: `${say(late)} s (p50 ${say(median(done.beatsLate))} s; in real time p99 ${say((late * 1_000) / SPEED)} ms)`,
        baseline: '',
        aim: '≤ 1 s',
        met: late <= 1 && missing === 0,
        rounds: [{ p50: median(done.beatsLate), p99: late }],
      },
    ];
  },
};
