import { setTimeout as pause } from 'node:timers/promises';
import { realMilliseconds } from '../clock.ts';
import { SlackFailure } from './failure.ts';

/** Waits while Slack's limits say so, up to an instant in real milliseconds; then throws as Slack did. */
export async function whenAllowed<T>(ask: () => Promise<T>, until: number): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isLimited(error) || realMilliseconds() + error.retryAfter * 1_000 > until) throw error;
      await pause(error.retryAfter * 1_000);
    }
  }
}

export const isLimited = (error: unknown): error is SlackFailure =>
  error instanceof SlackFailure && error.kind === 'limited';
