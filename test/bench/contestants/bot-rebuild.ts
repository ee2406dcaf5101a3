import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { realMilliseconds, systemClock } from '../../../src/clock.ts';
import { offer } from '../processes.ts';
import { type BotPlace, startBot } from './bot.ts';

export interface Rebuild extends BotPlace {
  rows: number;
}

export interface Rebuilt {
  seconds: number;
  megabytes: number;
}

/** All due within the minute that a sweep looks ahead, at as many instants as it may have; none before it is over. */
const DUE_IN_MS = 25_000;
const INSTANTS = 30_000;
const PATIENCE_MS = 24_000;

const offers = {
  /** Real seconds from FLUSHALL until every row has its ring again, and the most memory that the bot took. */
  async run({ rows, ...place }: Rebuild): Promise<Rebuilt> {
    const redis = new Redis(place.queueUrl);
    const app = await startBot(place);
    const dueAt = new Date(systemClock.now().getTime() + DUE_IN_MS);
    await app.context.db.execute(sql`insert into timetable (team_id, upgrade_id, kind, slot, due_at)
      select ${app.teamId}, n, 'heartbeat', '1', ${dueAt.toISOString()}::timestamptz + n % ${INSTANTS} * interval '1 ms' from generate_series(1, ${rows}::int) n`);
    const start = realMilliseconds();
    await redis.flushall();
    let seconds = Number.POSITIVE_INFINITY;
    while (realMilliseconds() - start < PATIENCE_MS) {
      if ((await redis.zcard(DELAYED)) >= Math.min(rows, INSTANTS)) {
        seconds = (realMilliseconds() - start) / 1_000;
        break;
      }
      await pause(50);
    }
    await app.context.db.execute(sql`delete from timetable`);
    await redis.flushall();
    redis.disconnect();
    return { seconds, megabytes: process.resourceUsage().maxRSS / 1_024 };
  },
};
export type RebuildOffers = typeof offers;
offer(offers);

/** Where BullMQ keeps jobs whose time is still to come. */
const DELAYED = 'watchbell:watchbell-timetable:delayed';
