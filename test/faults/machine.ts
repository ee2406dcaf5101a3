import { readFileSync } from 'node:fs';
import os from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Struck } from './evidence.ts';

/** How exactly it is watched, real milliseconds. */
const RESOLUTION_MS = 10;
const WATCH_EVERY_MS = 25;
/** A machine that holds Slack and the people up for so long has struck by itself. */
const STALL_MS = 250;
/** So many looks in a row count together. */
const LOOKS = 40;
/** So many processes that want each of its cores at once, on average, are more than a run needs by itself. */
const CROWD = 4;

/** What the machine that plays a run does besides: it may be what made something late. Seen from the harness, not from the bot. */
class Machine {
  readonly stalls: Struck[] = [];
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #waiting: { at: number; processes: number }[] = [];
  #looked: number | undefined;

  /** From now on, or anew. */
  watch(): void {
    this.#delay.reset();
    if (this.#looked !== undefined) return;
    this.#delay.enable();
    this.#looked = Date.now();
    setInterval(() => this.#look(), WATCH_EVERY_MS).unref();
  }

  /** Real milliseconds by which this process came late, all but once in a hundred times. */
  get lag(): number {
    return Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION_MS);
  }

  #look(): void {
    const [from, to] = [this.#looked ?? Date.now(), Date.now()];
    this.#looked = to;
    if (to - from > STALL_MS + WATCH_EVERY_MS) this.#note('the machine stood still', from, to);
    this.#waiting.push({ at: to, processes: countRunnable() });
    if (this.#waiting.length < LOOKS) return;
    const begun = this.#waiting[0]?.at ?? to;
    const processes = this.#waiting.reduce((sum, look) => sum + look.processes, 0) / LOOKS;
    this.#waiting.length = 0;
    if (processes > CROWD * os.availableParallelism())
      this.#note(`the machine was wanted by ${Math.round(processes)} processes`, begun, to);
  }

  #note(what: string, from: number, to: number): void {
    this.stalls.push({ what: `${what} for ${to - from} ms`, from, to });
  }
}

export const machine = new Machine();

/** Processes that run or could; none where the system does not say so. */
function countRunnable(): number {
  if (process.platform !== 'linux') return 0;
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[3]?.split('/')[0] ?? 0);
}
