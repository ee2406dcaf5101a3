import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './play-seed.ts';
import type { Answer, Ground, Job } from './worker.ts';

const PROGRAM = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Several processes, each with its own Postgres, Redis and Slack, that play runs side by side. */
export class Workers {
  readonly size: number;
  readonly #children: ChildProcess[] = [];
  readonly #idle: ChildProcess[] = [];
  readonly #waiting: ((child: ChildProcess) => void)[] = [];

  private constructor(size: number) {
    this.size = size;
  }

  static async start(size: number, ground: Ground, undo: (() => Promise<unknown>)[]): Promise<Workers> {
    const workers = new Workers(size);
    undo.push(() => workers.stop());
    await Promise.all(Array.from({ length: size }, () => workers.#launch(ground)));
    return workers;
  }

  /** Plays one run as soon as a worker is free; rejects when the worker ends meanwhile. */
  async play(job: Job): Promise<Outcome> {
    const child =
      this.#idle.pop() ?? (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    child.send(job);
    const answer = await next(child);
    if (answer.ready) throw new Error('a worker began anew');
    const waiting = this.#waiting.shift();
    if (waiting) waiting(child);
    else this.#idle.push(child);
    return answer.outcome;
  }

  /** Ends them, and all that they started. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const over = once(child, 'exit');
        if (child.connected) child.disconnect();
        await over;
      }),
    );
  }

  async #launch(ground: Ground): Promise<void> {
    const child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#children.push(child);
    child.send(ground);
    await next(child);
    this.#idle.push(child);
  }
}

async function next(child: ChildProcess): Promise<Answer> {
  const over = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: over.signal }).then(([answer]) => answer as Answer),
      once(child, 'exit', { signal: over.signal }).then(() => {
        throw new Error('a worker of the harness ended by itself');
      }),
    ]);
  } finally {
    over.abort();
  }
}
