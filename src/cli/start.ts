import { buildApp, type Role, type Watchbell } from '../app.ts';
import { readConfig, redacted } from '../config.ts';
import { createLogger } from '../logger.ts';
import { healthRoutes, serveHealth } from './health-routes.ts';
import { runUntilStopped } from './lifetime.ts';

/** Runs the bot until it is told to stop. */
export function start({ role }: { role: Role }): Promise<0 | 1> {
  const config = readConfig();
  const logger = createLogger({ level: config.logLevel, readable: process.stderr.isTTY });
  return runUntilStopped(async () => {
    let app: Watchbell | undefined;
    const routes = healthRoutes(() => app?.context);
    app = await buildApp(config, { role, logger, routes });
    await app.start();
    const unserved = app.port() === undefined ? config.health : undefined;
    const stopHealth = unserved ? await serveHealth(routes, unserved) : () => {};
    logger.debug(redacted(config), 'configuration');
    logger.info({ role, queue: (await app.context.jobs.health()).backend }, 'Watchbell keeps the watch');
    return {
      stop: async () => {
        stopHealth();
        await app.stop();
        logger.info('Watchbell has stopped; what is due next is in Postgres');
      },
    };
  });
}
