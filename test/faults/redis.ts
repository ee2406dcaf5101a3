import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { Turns } from './turns.ts';

/** As an operator is told to run it: append-only, nothing evicted. Rewriting would fork in the middle of a run. */
const SETTINGS = [
  ...['--hz', '100', '--save', '', '--maxmemory-policy', 'noeviction'],
  ...['--appendonly', 'yes', '--auto-aof-rewrite-percentage', '0'],
];

/** A Redis of our own; whatever strikes it waits until the strike before is over. */
export class Redis {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #turns = new Turns();
  #server: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<Redis> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'watchbell-faults-redis-'));
    const redis = new Redis(await freePort(), folder);
    await redis.#launch();
    return redis;
  }

  /** Empty, as if it had just been installed. */
  renew(): Promise<void> {
    return this.#turns.take(async () => {
      await this.#end('SIGKILL');
      await this.#forget();
      await this.#launch();
    });
  }

  flush(): Promise<void> {
    return this.#turns.take(async () => {
      const answer = await this.#say('FLUSHALL');
      if (!answer.startsWith('+OK')) throw new Error(`Redis was not flushed: ${answer || 'it is not there'}`);
    });
  }

  /** Ends it for so many real milliseconds. What it held is there again afterwards, or is gone. */
  away(milliseconds: number, how: { signal: 'SIGKILL' | 'SIGTERM'; keeps: boolean }): Promise<void> {
    return this.#turns.take(async () => {
      await this.#end(how.signal);
      if (!how.keeps) await this.#forget();
      await pause(milliseconds);
      await this.#launch();
    });
  }

  freeze(milliseconds: number): Promise<void> {
    return this.#turns.take(async () => {
      const server = this.#server;
      if (!isRunning(server)) throw new Error('there is no Redis to be paused');
      server.kill('SIGSTOP');
      await pause(milliseconds);
      server.kill('SIGCONT');
    });
  }

  stop(): Promise<void> {
    return this.#turns.take(async () => {
      await this.#end('SIGKILL').catch(() => undefined); // it is gone already
      await rm(this.#folder, { recursive: true, force: true });
    });
  }

  async #launch(): Promise<void> {
    const place = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const server = spawn('redis-server', [...place, ...SETTINGS], { stdio: 'ignore' });
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

  /** A strike that strikes nothing would prove nothing. */
  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const server = this.#server;
    if (!isRunning(server)) throw new Error('there is no Redis to be ended');
    const over = once(server, 'exit');
    server.kill(signal);
    await over;
  }

  async #forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder);
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
      socket.once('close', () => done(''));
    });
  }
}

const isRunning = (server: ChildProcess | undefined): server is ChildProcess =>
  server !== undefined && server.exitCode === null && server.signalCode === null;
