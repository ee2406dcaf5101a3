import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { WatchbellError } from '../errors.ts';
import {
  findBinaries,
  findServerUser,
  handOver,
  reachableFolder,
  type ServerUser,
} from './embedded-binaries.ts';
import { freePort } from './free-port.ts';

export interface EmbeddedPostgres {
  url: string;
  /** Where its data is: `dataDir`, or a stand-in where the server's account could not reach that. */
  folder: string;
  /** Stops the server and waits for it; the data stays. */
  stop(): Promise<void>;
}

/** Where a cluster is and how it is run. */
interface Cluster {
  /** Ours: the password and the owner's process id. */
  home: string;
  /** The server's: PGDATA. */
  data: string;
  binaries: string;
  user: ServerUser | undefined;
  password: string;
}

const USER = 'watchbell';
const DATABASE = 'watchbell';
const START_SECONDS = 60;
const STOP_SECONDS = 20;

/**
 * Runs a Postgres of our own on 127.0.0.1, for the demo and for tests. It outlives a killed parent; the next start with
 * the same `dataDir` finds it there and takes it over. A second live process on the same `dataDir` is refused.
 * `durable: false` trades safety against a power cut for speed.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  port?: number;
  durable?: boolean;
}): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(path.resolve(options.dataDir));
  const orphan = await findRunning(cluster);
  if (orphan) await refuseIfOwned(cluster);
  const port = orphan?.port ?? options.port ?? (await freePort());
  if (!orphan) {
    await initialise(cluster);
    await start(cluster, port, options.durable ?? true);
  }
  await writeFile(ownerFile(cluster), String(process.pid));
  await createDatabase(cluster, port);
  return { url: urlOf(cluster, port, DATABASE), folder: cluster.home, stop: stopper(cluster) };
}

async function openCluster(dataDir: string): Promise<Cluster> {
  const user = await findServerUser();
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const home = await reachableFolder(dataDir, user, key);
  await mkdir(home, { recursive: true, mode: 0o755 });
  if (user) await chmod(home, 0o755);
  const password = await passwordOf(home);
  return { home, data: path.join(home, 'data'), binaries: await findBinaries(user), user, password };
}

async function passwordOf(home: string): Promise<string> {
  const file = path.join(home, 'password');
  await writeFile(file, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(
    unlessThere,
  );
  return readFile(file, 'utf8');
}

async function initialise(cluster: Cluster): Promise<void> {
  const done = await readFile(path.join(cluster.data, 'PG_VERSION')).catch(() => undefined);
  if (done) return;
  await handOver(cluster.data, cluster.user);
  const passwordFile = path.join(cluster.home, `password.${process.pid}`);
  await writeFile(passwordFile, cluster.password, { mode: 0o600 });
  if (cluster.user) await chown(passwordFile, cluster.user.uid, cluster.user.gid);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${USER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  try {
    await run(cluster, 'initdb', ['-D', cluster.data, ...access, ...locale]);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function start(cluster: Cluster, port: number, durable: boolean): Promise<void> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
    'shared_buffers=32MB',
    'max_connections=200',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const flags = ['-p', String(port), ...settings.flatMap((setting) => ['-c', setting])].join(' ');
  const log = path.join(cluster.data, 'server.log');
  const waiting = ['-w', '-t', String(START_SECONDS), '-l', log, '-o', flags];
  await run(cluster, 'pg_ctl', ['start', '-D', cluster.data, ...waiting]).catch(async (error: unknown) => {
    const tail = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-3).join('\n');
    throw new WatchbellError('unavailable', `The built-in Postgres did not start.\n${tail}`, {
      next: `Read ${log}. If its data may go, delete ${cluster.home}; or set DATABASE_URL to a Postgres of yours.`,
      cause: error,
    });
  });
}

/** A failing or interrupted program must not leave its server behind. */
function stopper(cluster: Cluster): () => Promise<void> {
  const interrupt = () => {
    const pid = readPid(cluster);
    if (pid && isAlive(pid)) process.kill(pid, 'SIGINT');
  };
  process.once('exit', interrupt);
  return async () => {
    process.off('exit', interrupt);
    const pid = readPid(cluster);
    if (pid && isAlive(pid)) {
      await run(cluster, 'pg_ctl', ['stop', '-D', cluster.data, '-m', 'fast', '-t', String(STOP_SECONDS)]);
    }
    await rm(ownerFile(cluster), { force: true });
  };
}

/** A server that runs on this very cluster: its port answers to our password and names our folder. */
async function findRunning(cluster: Cluster): Promise<{ port: number } | undefined> {
  const lines = (await readFile(path.join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => '')).split(
    '\n',
  );
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!pid || !port || !isAlive(pid)) return undefined;
  const folder = await withClient(cluster, port, 'postgres', async (client) => {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory;
  }).catch(() => undefined);
  return folder === cluster.data ? { port } : undefined;
}

async function refuseIfOwned(cluster: Cluster): Promise<void> {
  const owner = Number(await readFile(ownerFile(cluster), 'utf8').catch(() => '0'));
  if (!owner || owner === process.pid || !isAlive(owner)) return;
  throw new WatchbellError(
    'unavailable',
    `The built-in Postgres in ${cluster.home} is in use by process ${owner}.`,
    {
      next: `Stop that Watchbell first. If process ${owner} is something else, delete ${ownerFile(cluster)}.`,
    },
  );
}

async function createDatabase(cluster: Cluster, port: number): Promise<void> {
  await withClient(cluster, port, 'postgres', async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create database ${DATABASE}`);
  });
}

async function withClient<T>(
  cluster: Cluster,
  port: number,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: urlOf(cluster, port, database),
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs one of Postgres' programs as the server's account; its output becomes the error when it fails. */
function run(cluster: Cluster, program: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(cluster.binaries, program), args, {
      ...cluster.user,
      cwd: cluster.data,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const next = 'Run npm rebuild (its libraries are linked by install scripts), or set DATABASE_URL.';
      const message = `The built-in Postgres: ${program} failed (${code}).\n${output.trim()}`;
      reject(new WatchbellError('unavailable', message, { next }));
    });
  });
}

function readPid(cluster: Cluster): number | undefined {
  try {
    return Number(readFileSync(path.join(cluster.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined; // no such file: no server
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

const ownerFile = (cluster: Cluster): string => path.join(cluster.home, 'owner');

const urlOf = (cluster: Cluster, port: number, database: string): string =>
  `postgres://${USER}:${cluster.password}@127.0.0.1:${port}/${database}`;
