import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../db/free-port.ts';
import { WatchbellError } from '../errors.ts';

export interface Queue {
  /** Absent: the jobs are kept in the database. */
  url: string | undefined;
  stop(): Promise<void>;
}

const START_MS = 5_000;

/** `postgres` (or nothing): the database; `redis`: a Redis of our own; otherwise the URL of one that runs already. */
export async function openQueue(choice: string | undefined): Promise<Queue> {
  if (choice === undefined || choice === 'postgres') return { url: undefined, stop: async () => {} };
  if (choice === 'redis') return startRedis();
  if (/^(rediss?|postgres(ql)?):\/\//.test(choice)) return { url: choice, stop: async () => {} };
  throw new WatchbellError('invalid_input', `There is no queue “${choice}”.`, {
    next: 'Use --queue postgres, --queue redis, or the URL of one that runs already.',
  });
}

/** A Redis on 127.0.0.1 that keeps nothing, from the redis-server on the PATH. */
async function startRedis(): Promise<Queue> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'watchbell-redis-'));
  const port = await freePort();
  const listening = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const settings = ['--hz', '100', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  // Detached: a Ctrl-C in the terminal is for us, and we stop it in our own order.
  const server = spawn('redis-server', [...listening, ...settings], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    if (server.pid !== undefined && server.exitCode === null && server.signalCode === null) {
      const gone = once(server, 'exit');
      kill();
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, stop };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) => {
      clearTimeout(late);
      reject(
        new WatchbellError('unavailable', 'redis-server did not start.', {
          next: 'Install it (Debian: apt-get install redis-server), or leave --queue out: Postgres does.',
          cause,
        }),
      );
    };
    const late = setTimeout(fail, START_MS);
    server.once('error', fail);
    server.once('exit', () => fail());
    let said = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes('Ready to accept connections')) return;
      clearTimeout(late);
      resolve();
    });
  });
}
