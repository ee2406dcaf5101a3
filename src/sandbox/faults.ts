import { isDeepStrictEqual } from 'node:util';
import type { Fault, Faults } from './model.ts';

/** Faults waiting for the calls they shall hit. */
export class FaultQueue implements Faults {
  #pending: (Fault & { times: number })[] = [];

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
    return fault;
  }
}

const hits = (fault: Fault, method: string, args: Record<string, unknown>): boolean =>
  (fault.method === '*' || fault.method === method) &&
  Object.entries(fault.match ?? {}).every(([key, value]) => isDeepStrictEqual(args[key], value));
