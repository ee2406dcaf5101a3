import type { Hono } from 'hono';
import { AdjustableClock, type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { type Database, openDatabase } from './db/client.ts';
import { migrateDatabase } from './db/migrate.ts';
import { standingOn } from './doctor/trouble.ts';
import { notFound } from './errors.ts';
import { migrateQueue, openJobs } from './jobs/bullmq/index.ts';
import type { Jobs } from './jobs/port.ts';
import { createLogger, type Logger } from './logger.ts';
import { aliveRoutes, type Observation, observe, operatorRoutes } from './observability/index.ts';
import { type Pacer, postgresPacer, Sender } from './outbox/index.ts';
import { indexFollowers } from './record/index.ts';
import { type Bolt, createBolt } from './slack/bolt.ts';
import { withCache } from './slack/cached-client.ts';
import { WebSlackClient } from './slack/client.ts';
import { routeCommands } from './slack/commands.ts';
import { bindSurfaces } from './slack/dispatch.ts';
import type { Slack } from './slack/port.ts';
import type { Slice } from './slice.ts';
import { showMenu, slices } from './slices.ts';
import { openTemplates } from './templates/own-texts.ts';
import type { Templates } from './templates/renderer.ts';
import { TimetableRunner } from './timetable/index.ts';
import { tellLead } from './upgrade/tell-lead.ts';
import { readVersion } from './version.ts';
import { joinWorkspace } from './workspace/store.ts';

/** `web` answers people, `worker` keeps the time and sends; any number of each. */
export type Role = 'all' | 'web' | 'worker';

export interface Overrides {
  role?: Role;
  clock?: Clock;
  logger?: Logger;
  /** Default: Slack's rate limits, kept by all processes together. */
  pacer?: Pacer;
}

export interface Watchbell {
  context: Context;
  /** The workspace that it serves. */
  teamId: string;
  /** What it looks like from outside. */
  observation: Observation;
  /** Where Slack's requests arrive; undefined in Socket Mode. */
  port(): number | undefined;
  /** Rows and messages that are due, now, without waiting for a ring. */
  wake(): void;
  start(): Promise<void>;
  /** Finishes what is claimed and leaves the rest to the next process. */
  stop(): Promise<void>;
}

/** Builds the whole program by hand: the only place that knows every slice. Brings the database up to date first. */
export async function buildApp(config: Config, overrides: Overrides = {}): Promise<Watchbell> {
  const logger = overrides.logger ?? createLogger({ level: config.logLevel });
  const clock = overrides.clock ?? clockOf(config);
  // What can fail without a connection comes first.
  const templates = openTemplates(config.templatesDir, logger);
  await standingOn('database', () =>
    migrateDatabase(config.databaseUrl, () => standingOn('queue', () => migrateQueue(config.queueUrl))),
  );
  const database = openDatabase(config.databaseUrl, { logger });
  const jobs = openJobs({ url: config.queueUrl, clock, logger });
  try {
    return await bind(config, { ...overrides, logger, clock, templates, database, jobs });
  } catch (error) {
    await jobs.close();
    await database.close();
    throw error;
  }
}

interface Opened extends Overrides {
  logger: Logger;
  clock: Clock;
  templates: Templates;
  database: Database;
  jobs: Jobs;
}

async function bind(config: Config, opened: Opened): Promise<Watchbell> {
  const { logger, clock, templates, database, jobs, role = 'all' } = opened;
  const kinds = slices.flatMap((slice) => slice.handlers ?? []).map(({ kind }) => kind);
  const { databaseUrl } = config;
  const observation = observe({
    databaseUrl,
    database,
    jobs,
    clock,
    logger,
    version: readVersion(),
    role,
    kinds,
  });
  const client = new WebSlackClient({
    token: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    fetch: observation.fetch,
    onCall: observation.onCall,
  });
  const identity = await standingOn('slack', () => client.identity());
  await joinWorkspace(database.db, identity, clock.now());
  const context: Context = {
    db: database.db,
    clock,
    jobs,
    slack: oneWorkspace(identity.teamId, withCache(observation.watch(client))),
    templates,
    logger,
    followers: indexFollowers([
      ...slices.flatMap((slice) => slice.followers ?? []),
      ...observation.followers,
    ]),
  };
  const workers = role === 'web' ? [] : createWorkers(context, slices, opened.pacer ?? postgresPacer(clock));
  const bolt = role === 'worker' ? undefined : createFront(config, context, identity, observation);
  return assemble({ context, teamId: identity.teamId, observation, database, jobs, workers, bolt });
}

function clockOf({ clock }: Config): Clock {
  return clock.speed === 1 ? systemClock : new AdjustableClock({ speed: clock.speed, anchor: clock.anchor });
}

function oneWorkspace(teamId: string, client: ReturnType<typeof withCache>): Slack {
  return {
    of(asked) {
      if (asked !== teamId) throw notFound('Watchbell is not installed in this workspace.');
      return client;
    },
  };
}

interface Worker {
  topic: string;
  start(): Promise<void>;
  wake(): void;
  stop(): Promise<void>;
}

function createWorkers(context: Context, all: Slice[], pacer: Pacer): Worker[] {
  const renderers = Object.assign({}, ...all.map((slice) => slice.renderers ?? {}));
  const options = { renderers, onRefused: tellLead, pacer };
  const named = (topic: string, worker: Omit<Worker, 'topic'>): Worker => ({
    topic,
    start: () => worker.start(),
    wake: () => worker.wake(),
    stop: () => worker.stop(),
  });
  return [
    named(
      'timetable',
      new TimetableRunner(
        context,
        all.flatMap((slice) => slice.handlers ?? []),
      ),
    ),
    named('outbox', new Sender(context, 'outbox', options)),
    named('outbox', new Sender(context, 'bulk', options)),
  ];
}

function createFront(
  config: Config,
  context: Context,
  identity: { teamId: string; botUserId: string },
  observation: Observation,
): Bolt {
  // Slack waits three seconds for an answer: it stands in line neither behind all that the program does, nor for the disk.
  const receipts = openDatabase(config.databaseUrl, { max: 2, logger: context.logger, hasty: true });
  const bolt = createBolt({
    slack: config.slack,
    identity,
    db: receipts.db,
    logger: context.logger,
    routes: routesBesideSlack(config, observation),
  });
  observation.hear(bolt.trouble);
  observation.addPool('receipts', receipts.pool);
  const surfaces = slices.flatMap((slice) => slice.surface ?? []);
  const run = routeCommands(
    surfaces.flatMap((surface) => surface.commands ?? []),
    showMenu,
  );
  const acts = bindSurfaces(bolt.app, context, surfaces, run);
  return {
    ...bolt,
    async stop() {
      await bolt.stop();
      await acts.all();
      await receipts.close();
    },
  };
}

/** Where operators have a port of their own, only what costs nothing is on the one that Slack can reach. */
const routesBesideSlack = ({ metrics }: Config, observation: Observation): Hono =>
  metrics ? aliveRoutes() : operatorRoutes(observation);

interface Parts {
  context: Context;
  teamId: string;
  observation: Observation;
  database: Database;
  jobs: Jobs;
  workers: Worker[];
  bolt: Bolt | undefined;
}

function assemble({ context, teamId, observation, database, jobs, workers, bolt }: Parts): Watchbell {
  const wake = () => {
    for (const worker of workers) worker.wake();
  };
  return {
    context,
    teamId,
    observation,
    wake,
    port: () => bolt?.port(),
    async start() {
      await database.listen('watchbell', (table) => {
        for (const worker of workers) if (table === null || worker.topic === table) worker.wake();
      });
      for (const worker of workers) await worker.start();
      if (bolt) await standingOn(bolt.port() === undefined ? 'delivery' : 'port', () => bolt.start());
    },
    async stop() {
      await bolt?.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await jobs.close();
      await observation.close();
      await database.close();
    },
  };
}
