import { isDeepStrictEqual } from 'node:util';
import type { CallMoment, Fault, FaultHit, Faults } from './model.ts';

/** Faults waiting for the calls they shall hit. */
export class FaultQueue implements Faults {
  readonly hits: FaultHit[] = [];
  #pending: (Fault & { times: number })[] = [];
  #waiting: { method: string; moment: CallMoment; act: () => void }[] = [];

  get pending(): readonly Fault[] {
    return this.#pending;
  }

  inject(fault: Fault): void {
    this.#pending.push({ ...fault, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault that hits this call, if any; it is used up by one. */
  take(method: string, args: Record<string, unknown>): Fault | undefined {
    const fault = this.#pending.find((one) => hits(one, method, args));
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.#pending = this.#pending.filter((one) => one !== fault);
    this.hits.push({ fault, method, at: Date.now() });
    return fault;
  }

  atNext(method: string, moment: CallMoment, act: () => void): () => void {
    const one = { method, moment, act };
    this.#waiting.push(one);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== one);
    };
  }

  /** A call has come to this moment: whoever waited for it acts before anything else happens. */
  reached(method: string, moment: CallMoment): void {
    const due = this.#waiting.filter((one) => one.method === method && one.moment === moment);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { act } of due) act();
  }
}

const hits = (fault: Fault, method: string, args: Record<string, unknown>): boolean =>
  (fault.method === '*' || fault.method === method) &&
  Object.entries(fault.match ?? {}).every(([key, value]) => isDeepStrictEqual(args[key], value));
