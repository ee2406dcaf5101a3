import { App, type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import type { SlackConfig } from '../config.ts';
import type { Db } from '../db/client.ts';
import { acksWithNothing } from './dispatch.ts';
import { HttpReceiver } from './receiver.ts';
import { rememberRequests } from './replays.ts';
import { WatchedSocket } from './watched-socket.ts';
import { webClientOptions } from './web-caller.ts';

export interface BoltOptions {
  slack: SlackConfig;
  identity: { teamId: string; botUserId: string };
  db: Db;
  logger: Logger;
  routes?: Hono;
}

export interface Bolt {
  app: App;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Where Slack's requests arrive; undefined in Socket Mode. */
  port(): number | undefined;
  /** Why nothing of Slack's arrives; undefined where all is well. */
  trouble(): string | undefined;
}

/** Bolt over Socket Mode or HTTP. It never calls Slack by itself: who we are is known, and answers go through our own client. */
export function createBolt({ slack, identity, db, logger, routes }: BoltOptions): Bolt {
  const clientOptions = webClientOptions(slack.apiUrl);
  const { transport } = slack;
  let running = false;
  const receiver =
    transport.kind === 'http'
      ? new HttpReceiver({
          ...transport,
          clock: systemClock,
          logger,
          isFirst: rememberRequests(db, logger),
          acksWithNothing,
          routes,
        })
      : // No signatures are remembered here: nobody else can play anything again over a connection that we opened ourselves,
        // and Slack sends an envelope again only while it is not acknowledged.
        new WatchedSocket({ ...transport, logger, quiet: toBoltLogger(logger, () => false), clientOptions });
  const app = new App({
    receiver,
    logger: toBoltLogger(logger, () => running),
    clientOptions,
    convoStore: false,
    authorize: async () => ({ botToken: slack.botToken, ...identity }),
  });
  app.error(async (error) => logger.error({ err: error }, 'Slack: an event could not be handled'));
  return {
    app,
    async start() {
      await app.start();
      running = true;
    },
    stop: async () => void (await app.stop()),
    port: () => (receiver instanceof HttpReceiver ? receiver.port : undefined),
    trouble: () => (receiver instanceof WatchedSocket ? receiver.trouble : undefined),
  };
}

/** Bolt's log lines at our levels; its information is our debugging, and a failed start is told by whoever started it. */
function toBoltLogger(logger: Logger, running: () => boolean): BoltLogger {
  const say =
    (level: 'debug' | 'warn') =>
    (...message: unknown[]) =>
      logger[running() ? level : 'debug'](message.map(String).join(' '));
  return {
    debug: () => {},
    info: say('debug'),
    warn: say('debug'),
    error: say('warn'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
