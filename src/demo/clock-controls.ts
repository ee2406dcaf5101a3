import type { Watchbell } from '../app.ts';
import type { AdjustableClock } from '../clock.ts';
import type { ClockControls } from '../sandbox/page/index.ts';
import { findNextDue, type NextDue } from './due.ts';

export interface DrivenClock extends ClockControls {
  stop(): void;
}

const LOOK_EVERY_MS = 1_000;

/** What the rows of the timetable mean to somebody who watches. */
const WORDS: Record<string, string> = {
  notice: 'notice',
  heartbeat: 'heartbeat',
  'heartbeat.ask': 'ask for a status line',
  'headline.refresh': 'next phase',
  'window.end': 'end of the window',
  'rollback.point-of-no-return': 'point of no return nears',
  'decision.deadline': 'deputy called in',
  'decision.final': 'decision by silence',
  'survey.open': 'survey opens',
  'survey.invite': 'survey invitations',
  'survey.nudge': 'survey reminder',
  'survey.close': 'survey closes',
};

/** The demo's clock for the page: its pace, and a jump to what is planned next. */
export function driveClock({ context }: Watchbell, clock: AdjustableClock): DrivenClock {
  const listeners = new Set<() => void>();
  let next: NextDue | undefined;
  const look = async () => {
    const found = await findNextDue(context.db);
    if (found?.at.getTime() === next?.at.getTime() && found?.kind === next?.kind) return;
    next = found;
    for (const listener of [...listeners]) listener();
  };
  const lookAgain = () => {
    look().catch((error: unknown) => context.logger.warn({ err: error }, 'demo: the next event is unknown'));
  };
  lookAgain();
  const timer = setInterval(lookAgain, LOOK_EVERY_MS).unref();
  return {
    state: () => ({
      now: clock.now(),
      speed: clock.speed,
      nextEvent: next && { at: next.at, what: describe(next) },
    }),
    setSpeed: (speed) => clock.setSpeed(speed),
    async toNextEvent() {
      await look();
      if (next && next.at > clock.now()) clock.set(next.at);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => clearInterval(timer),
  };
}

/** `notice 7d of UP-1`. */
function describe({ kind, slot, number }: NextDue): string {
  const what = kind === 'notice' ? `${slot.split(':').at(-1)} notice` : (WORDS[kind] ?? kind);
  return `UP-${number}: ${what}`;
}
