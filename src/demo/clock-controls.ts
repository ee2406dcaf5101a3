import type { Watchbell } from '../app.ts';
import type { AdjustableClock } from '../clock.ts';
import type { ClockControls } from '../sandbox/page/index.ts';
import { findNextDue, type NextDue } from './due.ts';

const LOOK_EVERY_MS = 500;

/** What the rows of the timetable mean to somebody who watches. */
const WORDS: Record<string, string> = {
  notice: 'notice',
  'start.awaited': 'the start is awaited',
  'start.overdue': 'the start is overdue',
  'notice.started': 'word of the start',
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
export class DrivenClock implements ClockControls {
  readonly #clock: AdjustableClock;
  readonly #listeners = new Set<() => void>();
  #next: NextDue | undefined;
  #look: () => Promise<void> = async () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: AdjustableClock) {
    this.#clock = clock;
  }

  /** From here on it knows what is planned next. */
  watch({ context }: Watchbell): void {
    this.#look = async () => {
      const found = await findNextDue(context.db);
      if (found?.at.getTime() === this.#next?.at.getTime() && found?.kind === this.#next?.kind) return;
      this.#next = found;
      for (const listener of [...this.#listeners]) listener();
    };
    this.#timer = setInterval(() => {
      this.#look().catch((error: unknown) => context.logger.warn({ err: error }, 'demo: no next event'));
    }, LOOK_EVERY_MS);
  }

  state() {
    const { now, speed } = { now: this.#clock.now(), speed: this.#clock.speed };
    return { now, speed, nextEvent: this.#next && { at: this.#next.at, what: describe(this.#next) } };
  }

  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed);
  }

  async toNextEvent(): Promise<void> {
    await this.#look();
    const next = this.#next?.at;
    if (next && next > this.#clock.now()) this.#clock.set(next);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#look = async () => {};
  }
}

/** `notice 7d of UP-1`. */
function describe({ kind, slot, number }: NextDue): string {
  const what = kind === 'notice' ? `${slot.split(':').at(-1)} notice` : (WORDS[kind] ?? kind);
  return `UP-${number}: ${what}`;
}
