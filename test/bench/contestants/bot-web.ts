import { sql } from 'drizzle-orm';
import { offer } from '../processes.ts';
import type { WebOffers } from './bare-bolt.ts';
import { type BotPlace, startBot, untilSent } from './bot.ts';
import { openWindows } from './windows.ts';

/** The bot with one running window, whose pinned message has the buttons. */
offer({
  async open(place: BotPlace) {
    const app = await startBot(place, { role: 'all' });
    await openWindows(app, 1);
    await untilSent(app);
    const { rows } = await app.context.db.execute<{ channel: string; ts: string }>(
      sql`select channel, ts from outbox where kind = 'headline'`,
    );
    const [message] = rows;
    if (!message) throw new Error('the window has no pinned message');
    return { url: `http://127.0.0.1:${app.port()}/slack/events`, message };
  },
} satisfies WebOffers);
