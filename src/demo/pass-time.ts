import { setTimeout as pause } from 'node:timers/promises';
import { realMilliseconds } from '../clock.ts';
import type { Booted } from './boot.ts';
import { findNextDue, isIdle } from './due.ts';

/** Real milliseconds within which anything that we wait for must have come true. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 15;
/** How long before a row's time the clock is put, by that clock: the queue must ring it, we do not. */
const RUN_UP_MS = 6_000;

/** Waits until `holds`, looking again and again; `what` says what did not come true in time. */
export async function until<T>(
  what: string,
  holds: () => T | undefined | false | Promise<T | undefined | false>,
  patience = PATIENCE_MS,
): Promise<T> {
  const end = realMilliseconds() + patience;
  for (;;) {
    const found = await holds();
    if (found !== undefined && found !== false) return found;
    if (realMilliseconds() > end) throw new Error(`Not within ${patience / 1000} s: ${what}.`);
    await pause(LOOK_EVERY_MS);
  }
}

type World = Pick<Booted, 'app' | 'clock'>;

/** Waits until everything that is due has been decided and said. */
export async function untilIdle({ app, clock }: World): Promise<void> {
  const { db } = app.context;
  await until('nothing is due and nothing waits to be sent', () => isIdle(db, clock.now()));
}

/**
 * Lets time pass up to `at`. What is planned on the way happens in its order, each at its own time: the clock jumps to
 * shortly before it and runs into it. Needs a clock that runs, best a fast one.
 */
export async function passUntil(world: World, at: Date): Promise<void> {
  const { app, clock } = world;
  for (;;) {
    await untilIdle(world);
    const next = await findNextDue(app.context.db);
    if (!next || next.at > at) break;
    await runInto(clock, next.at);
  }
  await runInto(clock, at);
  await untilIdle(world);
}

async function runInto(clock: World['clock'], at: Date): Promise<void> {
  const before = new Date(at.getTime() - RUN_UP_MS);
  if (clock.now() < before) clock.set(before);
  await until(`it is ${at.toISOString()}`, () => clock.now() >= at);
}
