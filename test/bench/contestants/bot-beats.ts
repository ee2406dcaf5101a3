import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Watchbell } from '../../../src/app.ts';
import { systemClock } from '../../../src/clock.ts';
import { transact } from '../../../src/context.ts';
import { unlimitedPacer } from '../../../src/outbox/index.ts';
import { offer } from '../processes.ts';
import { AHEAD_MS, type Beats, STRUCK } from './beats.ts';
import { startBot, untilSent } from './bot.ts';
import { atOf } from './posting.ts';
import { openWindows, planBeat } from './windows.ts';

/** The bot with running windows: decides on each heartbeat, sends it, and brings each room's headline up to date. */
offer({
  async run({ windows, apart, paced, ...place }: Beats): Promise<number[][]> {
    const app = await startBot(place, paced ? {} : { pacer: unlimitedPacer });
    const upgrades = await openWindows(app, windows);
    await untilSent(app);
    const lateness: number[][] = [];
    for (let number = 1; number <= STRUCK.length; number++) {
      const first = systemClock.now().getTime() + AHEAD_MS + windows * PLANNING_MS;
      await transact(app.context, async (unit) => {
        for (const [index, upgrade] of upgrades.entries())
          await planBeat(unit, upgrade, number, new Date(first + index * apart));
      });
      if (systemClock.now().getTime() >= first) throw new Error('planning took longer than it may');
      lateness.push(await untilBeaten(app, number, windows));
      await untilSent(app);
    }
    await app.stop();
    return lateness;
  },
});

/** What planning one heartbeat takes at most. */
const PLANNING_MS = 8;

async function untilBeaten({ context }: Watchbell, number: number, windows: number): Promise<number[]> {
  for (;;) {
    const { rows } = await context.db.execute<{ ts: string; due: string }>(
      sql`select ts, extract(epoch from planned_for) * 1000 as due from outbox
        where kind = 'heartbeat' and slot = ${String(number)} and state = 'sent'`,
    );
    if (rows.length === windows) return rows.map(({ ts, due }) => atOf(ts) - Number(due));
    await pause(250);
  }
}
