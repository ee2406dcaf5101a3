import { App, type Logger as BoltLogger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import type { SlackConfig } from '../config.ts';
import type { Db } from '../db/client.ts';
import { HttpReceiver } from './receiver.ts';
import { rememberRequests } from './replays.ts';
import { webClientOptions } from './web-caller.ts';

/** In milliseconds. */
const KEEP_TRYING = { forever: true, minTimeout: 100, maxTimeout: 5_000, factor: 2 };

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
}

/** Bolt over Socket Mode or HTTP. It never calls Slack by itself: who we are is known, and answers go through our own client. */
export function createBolt({ slack, identity, db, logger, routes }: BoltOptions): Bolt {
  const clientOptions = webClientOptions(slack.apiUrl);
  const { transport } = slack;
  let running = false;
  const boltLogger = toBoltLogger(logger, () => running);
  const http =
    transport.kind === 'http'
      ? new HttpReceiver({
          ...transport,
          clock: systemClock,
          logger,
          isFirst: rememberRequests(db, logger),
          routes,
        })
      : undefined;
  const receiver =
    http ??
    // No signatures are remembered here: nobody else can play anything again over a connection that we opened ourselves,
    // and Slack sends an envelope again only while it is not acknowledged.
    new SocketModeReceiver({
      appToken: transport.kind === 'socket' ? transport.appToken : '',
      logger: boltLogger,
      // It asks for the address of a new connection, which may be repeated; when that fails, Bolt would end the process.
      installerOptions: { clientOptions: { ...clientOptions, retryConfig: KEEP_TRYING } },
    });
  const app = new App({
    receiver,
    logger: boltLogger,
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
    port: () => http?.port,
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
