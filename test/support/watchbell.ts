import { buildApp } from '../../src/app.ts';
import { AdjustableClock } from '../../src/clock.ts';
import { Stage } from '../../src/demo/autopilot/stage.ts';
import { type Booted, type BootOptions, boot } from '../../src/demo/boot.ts';
import { openQueue } from '../../src/demo/queue.ts';
import { createLogger } from '../../src/logger.ts';
import type { Person } from '../../src/sandbox/index.ts';
import type { TestDatabase } from './postgres.ts';

export interface TestWatchbell extends Booted {
  stage: Stage;
  as(name: string): Person;
  /** Lets everything happen that is planned up to this instant, each at its own time. */
  passUntil(at: Date): Promise<void>;
  /** Everything that is due has been decided and said. */
  idle(): Promise<void>;
  /** The bot stops, and another one starts on the same database after what happens meanwhile. */
  restart(meanwhile: () => void): Promise<void>;
}

export interface TestWatchbellOptions {
  /** With nothing of another world in it. */
  database: TestDatabase;
  mode?: 'socket' | 'http';
  /** `postgres`, `redis`, or the URL of one that runs already; without it what WATCHBELL_TEST_QUEUE says, else `postgres`. */
  queue?: string;
  now: Date;
  /** Adds routes to the Slack that runs here: its page, for a browser. */
  mount?: BootOptions['mount'];
}

/** A minute of the upgrade's time in a second: pacing by Slack's limits does not hold a test up. */
const SPEED = 60;

/** The whole program in a Slack that runs here. Stop it in an `afterAll`. */
export async function bootWatchbell(options: TestWatchbellOptions): Promise<TestWatchbell> {
  const queue = await openQueue(options.queue ?? process.env.WATCHBELL_TEST_QUEUE);
  const world = await boot({
    clock: new AdjustableClock({ at: options.now, speed: SPEED }),
    databaseUrl: options.database.url,
    queueUrl: queue.url,
    transport: options.mode,
    mount: options.mount,
    logLevel: 'fatal',
  }).catch(async (error: unknown) => {
    await queue.stop();
    throw error;
  });
  const stage = new Stage(world);
  const { clock, config } = world;
  const stopWorld = world.stop;
  return Object.assign(world, {
    stage,
    as: (name: string) => world.sandbox.as(name),
    passUntil: (at: Date) => stage.passUntil(at),
    idle: () => stage.settle(),
    async restart(meanwhile: () => void) {
      await world.app.stop();
      meanwhile();
      world.app = await buildApp(config, { clock, logger: createLogger({ level: config.logLevel }) });
      await world.app.start();
    },
    async stop() {
      await stopWorld();
      await queue.stop();
    },
  });
}
