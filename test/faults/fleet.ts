import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Role } from '../../src/app.ts';
import { freePort } from '../support/free-port.ts';
import type { Order } from './bot.ts';
import type { Pace } from './paced-clock.ts';

/** One process of the bot. */
export interface Bot {
  name: string;
  role: Role;
  child: ChildProcess;
  ready: boolean;
  /** Where Slack's requests reach it, where they come over HTTP. */
  port: number | undefined;
  /** It was told to end, or killed. */
  ending: boolean;
}

export interface FleetOptions {
  /** Ready-made processes. */
  pool: Pool;
  /** Where the processes' logs go. */
  folder: string;
  env: Record<string, string>;
  pace: () => Pace;
  /** Milliseconds by which the next process is off. */
  drawSkew: () => number;
  /** A process that was running ended by itself. */
  onCrash: (what: string) => void;
  /** A process that was told to end did not do so in good order. */
  onBadEnd: (end: BadEnd) => void;
  /** Slack reaches the bot over HTTP, at a port of each process. */
  overHttp: boolean;
}

/** Real milliseconds of the epoch: from the signal to the end. */
export interface BadEnd {
  what: string;
  from: number;
  to: number;
}

/** Real milliseconds until an ended process is replaced, as a supervisor would. */
const RESTART_MS = 60;
const STOP_MS = 8_000;
/** So many processes that never got to work are no bad luck. */
const MOST_FALSE_STARTS = 25;

/** The bot's processes in one run; whatever ends is replaced until the run is over. */
export class Fleet {
  readonly bots: Bot[] = [];
  readonly #options: FleetOptions;
  #count = 0;
  #falseStarts = 0;
  #over = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  async start(roles: Role[]): Promise<void> {
    await Promise.all(roles.map((role) => this.#launch(role)));
    while (!this.bots.every((bot) => bot.ready)) {
      if (this.#falseStarts > MOST_FALSE_STARTS / 2)
        throw new Error(`the bot does not start: see its logs in ${this.#options.folder}`);
      await pause(10);
    }
  }

  /** The processes that are at work, or about to be. */
  get running(): Bot[] {
    return this.bots.filter((bot) => !bot.ending);
  }

  kill(bot: Bot): void {
    bot.ending = true;
    bot.child.kill('SIGKILL');
  }

  killAll(): void {
    for (const bot of this.running) this.kill(bot);
  }

  /** The ports of those that answer people now. */
  get doors(): number[] {
    const open = this.running.filter(({ ready, role }) => ready && role !== 'worker');
    return open.flatMap(({ port }) => port ?? []);
  }

  /** Resolves when it has ended, in good order or not. */
  async terminate(bot: Bot): Promise<void> {
    bot.ending = true;
    const { child, ready, name } = bot;
    const from = Date.now();
    await endOf(child);
    if (!ready || child.exitCode === 0) return;
    const how = child.signalCode ?? `code ${child.exitCode}`;
    const what = `${name} was told to end, and ended with ${how} after ${Date.now() - from} ms`;
    this.#options.onBadEnd({ what, from, to: Date.now() });
  }

  /** Stops it in its tracks until then. */
  async freeze(bot: Bot, until: Promise<unknown>): Promise<void> {
    bot.child.kill('SIGSTOP');
    await until;
    bot.child.kill('SIGCONT');
  }

  follow(pace: Pace): void {
    for (const bot of this.running) bot.child.send(pace, ignoreGone);
  }

  /** Ends all of them, gracefully as long as they take part. */
  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(
      this.bots.map(async (bot) => {
        bot.child.kill('SIGCONT');
        // Whoever was struck ends as it can.
        if (bot.ending) await endOf(bot.child);
        else await this.terminate(bot);
      }),
    );
  }

  async #launch(role: Role): Promise<void> {
    const { pool, folder, env, pace, drawSkew, overHttp } = this.#options;
    const port = overHttp ? await freePort() : undefined;
    if (this.#over) return;
    const name = `bot-${++this.#count}-${role}`;
    const bot: Bot = {
      name,
      role,
      child: pool.take(path.join(folder, `${name}.log`)),
      ready: false,
      port,
      ending: false,
    };
    const address: Record<string, string> = port === undefined ? {} : { PORT: String(port) };
    const order: Order = { env: { ...env, ...address }, role, pace: pace(), skew: drawSkew() };
    bot.child.on('message', () => {
      bot.ready = true;
    });
    bot.child.once('exit', (code, signal) => void this.#replace(bot, `${signal ?? `code ${code}`}`));
    bot.child.send(order, ignoreGone);
    this.bots.push(bot);
  }

  async #replace(bot: Bot, how: string): Promise<void> {
    this.bots.splice(this.bots.indexOf(bot), 1);
    if (this.#over) return;
    if (!bot.ready && !bot.ending) this.#falseStarts += 1;
    if (this.#falseStarts === MOST_FALSE_STARTS)
      this.#options.onCrash('one process after another ended while starting');
    if (bot.ready && !bot.ending) this.#options.onCrash(`${bot.name} ended by itself (${how})`);
    await pause(RESTART_MS);
    await this.#launch(bot.role);
  }
}

/** A life of seconds is cheaper with fewer collections, without optimising, and without forgetting what was compiled. */
const FRUGAL = ['--max-semi-space-size=32', '--no-opt', '--no-flush-bytecode'];

/** What loads the program does not take the machine from those who begin their work. */
const REFILL_MS = 2_000;

/** Processes that have loaded the program and wait, so that a replacement is there at once. */
export class Pool {
  readonly program: string;
  readonly #size: number;
  readonly #waiting: ChildProcess[] = [];
  #refilling: NodeJS.Timeout | undefined;

  constructor(program: string, size: number) {
    this.program = program;
    this.#size = size;
    this.#fill();
  }

  /** A waiting process, which writes what it says into `log` from now on. */
  take(log: string): ChildProcess {
    const child = this.#waiting.shift() ?? this.#fork();
    const file = openSync(log, 'a');
    const write = (chunk: Buffer) => writeSync(file, chunk);
    child.stdout?.on('data', write);
    child.stderr?.on('data', write);
    child.once('close', () => closeSync(file));
    clearTimeout(this.#refilling);
    this.#refilling = setTimeout(() => this.#fill(), REFILL_MS);
    return child;
  }

  async close(): Promise<void> {
    clearTimeout(this.#refilling);
    await Promise.all(
      this.#waiting.splice(0).map(async (child) => {
        child.kill('SIGKILL');
        await gone(child);
      }),
    );
  }

  #fill(): void {
    while (this.#waiting.length < this.#size) this.#waiting.push(this.#fork());
  }

  #fork(): ChildProcess {
    const child = fork(this.program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: FRUGAL });
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    return child;
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone(child);
  clearTimeout(late);
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** A process that has just ended hears nothing any more; its end is noticed elsewhere. */
const ignoreGone = (): void => {};
