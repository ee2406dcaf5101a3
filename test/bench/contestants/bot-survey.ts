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
import { openWindows, planFirstBeat } from './windows.ts';

export interface SurveyTask extends BotPlace {
  clock: FastClock;
  /** Windows that run meanwhile, each. */
  windows: number;
  /** Minutes from one of their heartbeats to the next. */
  heartbeat: number;
}

/** All by the fast clock. */
export interface Surveyed {
  /** From the moment at which everybody was to be asked to the last invitation. */
  seconds: number;
  invitations: number;
  /** Of everything that was posted in that time. */
  posts: number;
  /** Seconds, of each heartbeat in that time. */
  beatsLate: number[];
}

const offers = {
  async run({ clock: fast, windows, heartbeat, ...place }: SurveyTask): Promise<Surveyed> {
    const clock = fastClock(fast);
    const app = await startBot(place, { clock, pacer: undefined });
    const { communication } = await shippedPlan(new RecordingSlack());
    const opened = await openWindows(app, windows, {
      communication: { ...communication, heartbeat },
    });
    await transact(app.context, async (unit) => {
      for (const [index, upgrade] of opened.entries())
        await planFirstBeat(unit, upgrade, addSeconds(unit.now, 60 + index));
    });
    const upgradeId = await completeForCrowd(app);
    return untilAsked(app, upgradeId);
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

async function untilAsked({ context }: Watchbell, upgradeId: number): Promise<Surveyed> {
  const inSurvey = sql`kind = 'survey' and upgrade_id = ${upgradeId}`;
  for (;;) {
    await pause(500);
    const { rows } = await context.db.execute<{ all: string; sent: string; from: string; to: string }>(sql`
      select count(*) as all, count(*) filter (where state = 'sent') as sent,
        extract(epoch from min(planned_for)) as from, max(ts::numeric) as to from outbox where ${inSurvey}`);
    const [row] = rows;
    if (!row || Number(row.all) === 0 || row.all !== row.sent) continue;
    // Each reads its own clock from the row that it was planned by, not from when its turn came.
    const due = await context.db.execute<{ at: string }>(
      sql`select extract(epoch from min(due_at)) as at from timetable where kind = 'survey.invite' and upgrade_id = ${upgradeId}`,
    );
    const from = Number(due.rows[0]?.at);
    const to = Number(row.to);
    const within = sql`ts::numeric between ${from} and ${to}`;
    const posts = await context.db.execute<{ count: string }>(
      sql`select count(*) as count from outbox where ${within}`,
    );
    const beats = await context.db.execute<{ late: string }>(sql`
      select ts::numeric - extract(epoch from planned_for) as late from outbox where kind = 'heartbeat' and ${within}`);
    return {
      seconds: to - from,
      invitations: Number(row.all),
      posts: Number(posts.rows[0]?.count),
      beatsLate: beats.rows.map(({ late }) => Number(late)),
    };
  }
}
