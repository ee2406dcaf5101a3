import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { migrateQueue } from '../../src/jobs/bullmq/index.ts';
import { Turns } from './turns.ts';

const TEMPLATE = 'watchbell_template';

/** A Postgres of our own that may be restarted at any moment. */
export class Postgres {
  readonly #dataDir: string;
  readonly #turns = new Turns();
  #server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;

  private constructor(dataDir: string, server: Awaited<ReturnType<typeof startEmbeddedPostgres>>) {
    this.#dataDir = dataDir;
    this.#server = server;
  }

  static async start(): Promise<Postgres> {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'watchbell-faults-'));
    const server = new Postgres(dataDir, await startEmbeddedPostgres({ dataDir }));
    // Half of what a new connection costs is to prove who one is, and every process opens a dozen.
    await writeFile(
      path.join(server.#server.folder, 'data/pg_hba.conf'),
      'host all all 127.0.0.1/32 trust\n',
    );
    await server.#asAdministrator(async (client) => {
      // What is committed must outlive the server, though not a power cut.
      for (const setting of ['fsync', 'full_page_writes', 'autovacuum'])
        await client.query(`alter system set ${setting} = off`);
      await client.query('select pg_reload_conf()');
      await client.query(`create database ${TEMPLATE}`);
    });
    const template = server.#urlOf(TEMPLATE);
    await migrateDatabase(template, () => migrateQueue(template));
    return server;
  }

  /** A migrated database that holds nothing. */
  async create(name: string): Promise<string> {
    await this.#asAdministrator((client) => client.query(`create database ${name} template ${TEMPLATE}`));
    return this.#urlOf(name);
  }

  async drop(name: string): Promise<void> {
    await this.#asAdministrator((client) => client.query(`drop database ${name} with (force)`));
  }

  /** Ends it without a shutdown, so that it has to recover, and starts it again. */
  crash(): Promise<void> {
    return this.#turns.take(async () => {
      const { port } = new URL(this.#server.url);
      const file = path.join(this.#server.folder, 'data/postmaster.pid');
      const [pid] = (await readFile(file, 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      while (isAlive(Number(pid))) await pause(5);
      this.#server = await startEmbeddedPostgres({ dataDir: this.#dataDir, port: Number(port) });
    });
  }

  /** Cuts every connection to this database. */
  cut(name: string): Promise<void> {
    return this.#turns.take(() =>
      this.#asAdministrator((client) =>
        client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]),
      ),
    );
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await rm(this.#server.folder, { recursive: true, force: true });
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  #urlOf(database: string): string {
    const url = new URL(this.#server.url);
    url.pathname = `/${database}`;
    return url.href;
  }

  async #asAdministrator(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const client = new pg.Client({ connectionString: this.#server.url });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}
