import { buildApp, type Role } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { runUntilStopped } from '../../src/lifetime.ts';
import { createLogger } from '../../src/logger.ts';
import { type Pace, PacedClock } from './paced-clock.ts';

/** What a waiting process is told to become. */
export interface Order {
  env: Record<string, string>;
  role: Role;
  pace: Pace;
  /** Milliseconds by which this process is off: its clock by its own time, its system's clock by real time. */
  skew: number;
}

/** One process of the bot under test: it waits, with everything loaded, until it is told what to be. */
process.on('disconnect', () => process.exit(1));
process.once('message', (order: Order) => void live(order).then((code) => process.exit(code)));

function live({ env, role, pace, skew }: Order): Promise<0 | 1> {
  const realNow = Date.now;
  // The queue stamps its jobs with the system's clock, which is off as well.
  Date.now = () => realNow() + skew;
  const clock = new PacedClock(pace, { skew, realNow });
  process.on('message', (next: Pace) => clock.follow(next));
  return runUntilStopped(async () => {
    const config = readConfig(env);
    const logger = createLogger({ level: config.logLevel });
    const app = await buildApp(config, { role, clock, logger });
    await app.start();
    process.send?.('ready');
    return app;
  });
}
