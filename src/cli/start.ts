import { buildApp, type Role } from '../app.ts';
import { type Config, readConfig, redacted } from '../config.ts';
import { standingOn } from '../doctor/trouble.ts';
import { runUntilStopped } from '../lifetime.ts';
import { createLogger } from '../logger.ts';
import { readVersion } from '../version.ts';
import { serveOperations } from './serve-operations.ts';

/** Runs the bot until it is told to stop. */
export function start({ role }: { role: Role }): Promise<0 | 1> {
  const config = readConfig();
  const logger = createLogger({ level: config.logLevel, readable: process.stderr.isTTY });
  return runUntilStopped(async () => {
    const stopTracing = await keepTraces(config, role);
    const app = await buildApp(config, { role, logger });
    await app.start();
    const stopServing = await standingOn('port', () =>
      serveOperations(config, app.observation, app.port() !== undefined),
    );
    logger.debug(redacted(config), 'configuration');
    logger.info({ role, queue: (await app.context.jobs.health()).backend }, 'Watchbell keeps the watch');
    return {
      stop: async () => {
        stopServing();
        await app.stop();
        await stopTracing().catch((error: unknown) =>
          logger.warn({ err: error }, 'The last traces could not be sent'),
        );
        logger.info('Watchbell has stopped; what is due next is in Postgres');
      },
    };
  });
}

/** The tracing library is loaded only where it is wanted. */
async function keepTraces({ tracing }: Config, role: Role): Promise<() => Promise<void>> {
  if (!tracing) return async () => {};
  const { startTracing } = await import('../observability/tracing.ts');
  return startTracing({ ...tracing, version: readVersion(), role });
}
