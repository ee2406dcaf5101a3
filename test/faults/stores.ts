import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { migrateQueue } from '../../src/jobs/bullmq/index.ts';
import { freePort } from '../support/free-port.ts';

const TEMPLATE = 'watchbell_template';

/** A Postgres of our own that may be restarted at any moment. */
export class Postgres {
  readonly #dataDir: string;
  #server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;

  private constructor(dataDir: string, server: Awaited<ReturnType<typeof startEmbeddedPostgres>>) {
    this.#dataDir = dataDir;
    this.#server = server;
  }

  static async start(): Promise<Postgres> {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'watchbell-faults-'));
    const server = new Postgres(dataDir, await startEmbeddedPostgres({ dataDir }));
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
  async crash(): Promise<void> {
    const { port } = new URL(this.#server.url);
    const [pid] = (await readFile(path.join(this.#server.folder, 'data/postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGQUIT');
    while (isAlive(Number(pid))) await pause(5);
    this.#server = await startEmbeddedPostgres({ dataDir: this.#dataDir, port: Number(port) });
  }

  /** Cuts every connection to this database. */
  async cut(name: string): Promise<void> {
    await this.#asAdministrator((client) =>
      client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]),
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

/** A Redis of our own that keeps nothing on disk. */
export class Redis {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #server: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<Redis> {
    const redis = new Redis(
      await freePort(),
      await mkdtemp(path.join(os.tmpdir(), 'watchbell-faults-redis-')),
    );
    await redis.restart();
    return redis;
  }

  /** Empty, on the same port. */
  async restart(): Promise<void> {
    const listening = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const settings = ['--hz', '100', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
    const server = spawn('redis-server', [...listening, ...settings], { stdio: 'ignore' });
    const end = () => server.kill('SIGKILL');
    process.once('exit', end);
    server.once('exit', () => process.off('exit', end));
    server.once('error', () => undefined);
    this.#server = server;
    for (let patience = 200; patience > 0; patience--) {
      if ((await this.#say('PING')).startsWith('+PONG')) return;
      await pause(25);
    }
    throw new Error(
      'redis-server did not start (Debian: apt-get install redis-server), or use --queue postgres.',
    );
  }

  async flush(): Promise<void> {
    await this.#say('FLUSHALL');
  }

  /** `SIGKILL`: with all that it holds; `SIGTERM`: in good order, and all that it holds is gone as well. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const over = once(server, 'exit');
    server.kill(signal);
    await over;
  }

  async freeze(milliseconds: number): Promise<void> {
    this.#server?.kill('SIGSTOP');
    await pause(milliseconds);
    this.#server?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What it answers; nothing while it cannot be reached. */
  #say(command: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1', () => socket.write(`${command}\r\n`));
      const done = (answer: string) => {
        socket.destroy();
        resolve(answer);
      };
      socket.once('data', (answer) => done(answer.toString()));
      socket.once('error', () => done(''));
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}
