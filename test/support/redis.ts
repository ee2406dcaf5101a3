import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface TestRedis {
  url: string;
  /** Kills it outright; everything in it is lost. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether tests on Redis can run here; where they cannot, that is said aloud, and refused where they are required. */
export const hasRedis: boolean = findRedis();

/** A Redis of this test's own on 127.0.0.1, keeping nothing on disk. */
export async function startRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'watchbell-redis-'));
  const port = await freePort();
  let server = await launch(folder, port);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      server = await launch(folder, port);
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findRedis(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true;
  if (process.env.WATCHBELL_REQUIRE_REDIS === '1') {
    throw new Error('redis-server is not on the PATH, and WATCHBELL_REQUIRE_REDIS=1 asks for it.');
  }
  console.warn(
    'SKIPPED: every test on Redis, since redis-server is not on the PATH (Debian: apt-get install redis-server).',
  );
  return false;
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const settings = ['--hz', '100', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  const listening = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const server = spawn('redis-server', [...listening, ...settings], { stdio: 'ignore' });
  process.once('exit', () => server.kill('SIGKILL'));
  for (let patience = 200; patience > 0; patience--) {
    if (await answers(port)) return server;
    await sleep(25);
  }
  server.kill('SIGKILL');
  throw new Error('redis-server did not start within 5 s.');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end('PING\r\n'));
    socket.once('data', (reply) => resolve(reply.toString().startsWith('+PONG')));
    socket.once('error', () => resolve(false));
  });
}
