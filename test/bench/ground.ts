import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { openQueue } from '../../src/demo/queue.ts';
import { migrateQueue } from '../../src/jobs/bullmq/index.ts';
import type { SlackOptions, SlackPlace } from './places.ts';
import { Process } from './processes.ts';
import type { SlackOffers } from './slack.ts';

/** The servers that all contestants share: a Postgres that survives a power cut, a Redis, and a Slack per benchmark. */
export interface Ground {
  redisUrl: string;
  postgresVersion: string;
  /** A migrated database that holds nothing. */
  database(): Promise<string>;
  /** A Slack in a process of its own; ends with the benchmark. */
  slack(options: SlackOptions): Promise<OpenSlack>;
  stop(): Promise<void>;
}

export interface OpenSlack {
  place: SlackPlace;
  process: Process<SlackOffers>;
  stop(): Promise<void>;
}

const TEMPLATE = 'watchbell_template';

export async function openGround(): Promise<Ground> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'watchbell-bench-'));
  const server = await startEmbeddedPostgres({ dataDir, durable: true });
  const clean = () => {
    for (const folder of [dataDir, server.folder]) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', clean);
  const queue = await openQueue('redis');
  const administrator = new pg.Client({ connectionString: server.url });
  await administrator.connect();
  await administrator.query(`create database ${TEMPLATE}`);
  const template = urlOf(server.url, TEMPLATE);
  await migrateDatabase(template, () => migrateQueue(template));
  const { rows } = await administrator.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  return {
    redisUrl: queue.url ?? '',
    postgresVersion: rows[0]?.version ?? 'unknown',
    async database() {
      const name = `bench_${randomBytes(4).toString('hex')}`;
      await administrator.query(`create database ${name} template ${TEMPLATE}`);
      return urlOf(server.url, name);
    },
    slack: openSlack,
    async stop() {
      await administrator.end();
      await queue.stop();
      await server.stop();
      clean();
    },
  };
}

async function openSlack(options: SlackOptions): Promise<OpenSlack> {
  const process = new Process<SlackOffers>('slack');
  const place = await process.ask('open', options);
  return { place, process, stop: () => process.stop() };
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
