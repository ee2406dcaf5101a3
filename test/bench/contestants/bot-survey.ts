import { setTimeout as pause } from 'node:timers/promises';
import { addDays, addSeconds } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Watchbell } from '../../../src/app.ts';
import { transact } from '../../../src/context.ts';
import { planRows } from '../../../src/timetable/index.ts';
import { insertUpgrade, updateUpgrade } from '../../../src/upgrade/store.ts';
import { deriveWindow } from '../../../src/upgrade/window.ts';
import { shippedPlan } from '../../support/context.ts';
import { RecordingSlack } from '../../support/recording-slack.ts';
import { CROWD, type FastClock, fastClock } from '../places.ts';
import { offer } from '../processes.ts';
import { type BotPlace, startBot } from './bot.ts';
import { openWindows, planBeat } from './windows.ts';

export interface SurveyTask extends BotPlace {
  clock: FastClock;
  /** Windows that run meanwhile, each. */
  windows: number;
  /** Minutes from one of their heartbeats to the next. */
  heartbeat: number;
  /** Seconds from one window's first heartbeat to the next window's. */
  apart: number;
  /** Seconds after which it is enough, whoever was asked by then. */
  enough?: number;
}

/** All by the fast clock. */
export interface Surveyed {
  /** From the moment at which everybody was to be asked to the last invitation, or until it was enough. */
  seconds: number;
  invitations: number;
  /** Of everything that was posted in that time. */
  posts: number;
  /** Seconds, of each heartbeat in that time. */
  beatsLate: number[];
}

const offers = {
  async run({ clock: fast, windows, heartbeat, apart, enough, ...place }: SurveyTask): Promise<Surveyed> {
    const clock = fastClock(fast);
    const app = await startBot(place, { clock });
    const { communication } = await shippedPlan(new RecordingSlack());
    const opened = await openWindows(app, windows, {
      communication: { ...communication, heartbeat },
    });
    await transact(app.context, async (unit) => {
      for (const [index, upgrade] of opened.entries())
        await planBeat(unit, upgrade, 1, addSeconds(unit.now, 60 + index * apart));
    });
    const upgradeId = await completeForCrowd(app);
    return untilAsked(app, upgradeId, enough);
  },
};
export type SurveyOffers = typeof offers;
offer(offers);

/** An upgrade that was completed yesterday and asks the crowd about it today. */
async function completeForCrowd(app: Watchbell): Promise<number> {
  const shipped = await shippedPlan(new RecordingSlack());
  const plan = {
    ...shipped,
    audience: { channels: [CROWD], groups: [], users: [] },
    communication: { ...shipped.communication, survey: 24 * 60 },
  };
  const lead = { teamId: app.teamId, userId: plan.people.lead };
  return transact(app.context, async (unit) => {
    const yesterday = addDays(unit.now, -1);
    const draft = await insertUpgrade(unit, lead, plan, deriveWindow(plan, yesterday));
    const ended = { startedAt: yesterday, endedAt: yesterday, revision: 1 };
    const { id, teamId } = await updateUpgrade(unit, draft, { ...ended, state: 'completed' });
    await planRows(unit, [{ teamId, upgradeId: id, kind: 'survey.open', slot: 'survey', dueAt: unit.now }]);
    return id;
  });
}

async function untilAsked(
  { context }: Watchbell,
  upgradeId: number,
  enough = Number.POSITIVE_INFINITY,
): Promise<Surveyed> {
  for (;;) {
    await pause(500);
    // Each reads its own clock from the row that it was planned by, not from when its turn came.
    const { rows } = await context.db.execute<{ all: string; sent: string; from: string; to: string }>(sql`
      select count(*) as all, count(*) filter (where state = 'sent') as sent, max(ts::numeric) as to,
        (select extract(epoch from min(due_at)) from timetable
          where kind = 'survey.invite' and upgrade_id = ${upgradeId}) as from
      from outbox where kind = 'survey' and upgrade_id = ${upgradeId}`);
    const [row] = rows;
    if (!row || Number(row.sent) === 0) continue;
    const [from, to] = [Number(row.from), Number(row.to)];
    if (row.all !== row.sent && to - from < enough) continue;
    const within = sql`ts::numeric between ${from} and ${to}`;
    const posts = await context.db.execute<{ count: string }>(
      sql`select count(*) as count from outbox where ${within}`,
    );
    const beats = await context.db.execute<{ late: string }>(sql`
      select ts::numeric - extract(epoch from planned_for) as late from outbox where kind = 'heartbeat' and ${within}`);
    return {
      seconds: to - from,
      invitations: Number(row.sent),
      posts: Number(posts.rows[0]?.count),
      beatsLate: beats.rows.map(({ late }) => Number(late)),
    };
  }
}
