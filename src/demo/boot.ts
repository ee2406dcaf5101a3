import { buildApp, type Watchbell } from '../app.ts';
import type { AdjustableClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createLogger } from '../logger.ts';
import { harbour, readManifest, type Sandbox, startSandbox } from '../sandbox/index.ts';

export interface BootOptions {
  /** Shared by the bot and by the Slack that runs here. */
  clock: AdjustableClock;
  /** May still be starting. */
  databaseUrl: string | Promise<string>;
  /** Absent: the database. */
  queueUrl?: string;
  /** Default: Socket Mode. */
  transport?: 'socket' | 'http';
  /** Where the Slack that runs here listens; absent or taken: any free port. */
  port?: number;
  /** Adds routes to the Slack that runs here, before the first request reaches it. */
  mount?(sandbox: Sandbox): void;
  logLevel?: Config['logLevel'];
}

export interface Booted {
  sandbox: Sandbox;
  app: Watchbell;
  clock: AdjustableClock;
  /** Of the bot, to start another one in the same world. */
  config: Config;
  stop(): Promise<void>;
}

/** A whole world on 127.0.0.1: the harbour organisation in a Slack that runs here, and the bot in it. */
export async function boot(options: BootOptions): Promise<Booted> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const [databaseUrl, sandbox] = await Promise.all([options.databaseUrl, openSlack(options, undo)]);
    const config = configFor(options, databaseUrl, sandbox);
    const logger = createLogger({ level: config.logLevel, readable: true });
    const app = await buildApp(config, { clock: options.clock, logger });
    const world: Booted = { sandbox, app, clock: options.clock, config, stop };
    undo.push(() => world.app.stop());
    await app.start();
    if (options.transport === 'http') sandbox.deliverOverHttp(`http://127.0.0.1:${app.port()}/slack/events`);
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

type Undo = (() => Promise<void>)[];

async function openSlack({ clock, port, mount }: BootOptions, undo: Undo): Promise<Sandbox> {
  const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
  const open = (at: number) => startSandbox({ organisation: harbour, manifest, clock, port: at });
  const sandbox = await open(port ?? 0).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return open(0);
  });
  undo.push(() => sandbox.close());
  mount?.(sandbox);
  return sandbox;
}

function configFor(options: BootOptions, databaseUrl: string, { url, credentials }: Sandbox): Config {
  const { botToken, appToken, signingSecret } = credentials;
  return {
    databaseUrl,
    queueUrl: options.queueUrl ?? databaseUrl,
    slack: {
      botToken,
      apiUrl: `${url}/api/`,
      transport:
        options.transport === 'http'
          ? { kind: 'http', signingSecret, host: '127.0.0.1', port: 0 }
          : { kind: 'socket', appToken },
    },
    health: undefined,
    clock: { speed: options.clock.speed, anchor: undefined },
    templatesDir: undefined,
    logLevel: options.logLevel ?? 'warn',
  };
}
