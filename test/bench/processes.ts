import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface Question {
  id: number;
  name: string;
  given: unknown;
}

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** What a process can be asked for, by name. */
type Offers = Record<string, (given: never) => Promise<unknown>>;

/** Another process of the benchmark: nobody's event loop or garbage is measured with somebody else's. */
export class Process<O extends Offers> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #count = 0;

  /** `module`: beside this file, without its ending. */
  constructor(module: string) {
    this.#child = fork(fileURLToPath(new URL(`${module}.ts`, import.meta.url)));
    const end = () => this.#child.kill('SIGKILL');
    process.once('exit', end);
    this.#child.once('exit', (code) => {
      process.off('exit', end);
      for (const [id, reply] of this.#waiting) reply({ id, error: `${module} ended (${code})` });
    });
    this.#child.on('message', (reply: Reply) => this.#waiting.get(reply.id)?.(reply));
  }

  async ask<N extends keyof O & string>(
    name: N,
    given: Parameters<O[N]>[0],
  ): Promise<Awaited<ReturnType<O[N]>>> {
    const id = ++this.#count;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, name, given } satisfies Question);
    });
    this.#waiting.delete(id);
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.result as Awaited<ReturnType<O[N]>>;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

/** Asks a process for one thing, and ends it. */
export async function askOnce<O extends Offers, N extends keyof O & string>(
  module: string,
  name: N,
  given: Parameters<O[N]>[0],
): Promise<Awaited<ReturnType<O[N]>>> {
  const process = new Process<O>(module);
  try {
    return await process.ask(name, given);
  } finally {
    await process.stop();
  }
}

/** The other side: answers until the parent is gone. */
export function offer<O extends Offers>(offers: O): O {
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, name, given }: Question) => {
    const answer = offers[name];
    const result = answer ? answer(given as never) : Promise.reject(new Error(`nothing called ${name}`));
    result.then(
      (result) => process.send?.({ id, result } satisfies Reply),
      (error: unknown) => {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.send?.({ id, error: reason } satisfies Reply);
      },
    );
  });
  return offers;
}
