import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { buildApp, type Overrides, type Watchbell } from '../../../src/app.ts';
import type { Config } from '../../../src/config.ts';
import { createLogger } from '../../../src/logger.ts';
import type { SlackPlace } from '../places.ts';

export interface BotPlace {
  slack: SlackPlace;
  databaseUrl: string;
  queueUrl: string;
}

/** The bot as `start` runs it, with nothing left out unless said otherwise. */
export async function startBot(place: BotPlace, overrides: Overrides = {}): Promise<Watchbell> {
  const { url, credentials } = place.slack;
  const config: Config = {
    databaseUrl: place.databaseUrl,
    queueUrl: place.queueUrl,
    slack: {
      botToken: credentials.botToken,
      apiUrl: `${url}/api/`,
      transport: { kind: 'http', signingSecret: credentials.signingSecret, host: '127.0.0.1', port: 0 },
    },
    clock: { speed: 1, anchor: undefined },
    templatesDir: undefined,
    logLevel: 'error',
  };
  const logger = createLogger({ level: config.logLevel, readable: true });
  const app = await buildApp(config, { role: 'worker', logger, ...overrides });
  await app.start();
  return app;
}

/** Waits until no delivery is pending; looks seldom enough to cost nothing. */
export async function untilSent({ context }: Watchbell): Promise<void> {
  for (;;) {
    const { rows } = await context.db.execute<{ left: boolean }>(
      sql`select exists (select 1 from outbox where state = 'pending') as left`,
    );
    if (!rows[0]?.left) return;
    await pause(50);
  }
}
