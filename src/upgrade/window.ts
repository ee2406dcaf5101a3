import type { Phase } from './plan/schema.ts';

export interface PhaseSpan {
  name: Phase;
  start: Date;
  end: Date;
}

/** A maintenance window as planned. Its phases follow one another without a gap from `start` to `end`. */
export interface Window {
  start: Date;
  end: Date;
  zone: string;
  phases: PhaseSpan[];
  /** After it a rollback no longer fits into the window. */
  pointOfNoReturn: Date;
}

/** In whole minutes, rounded down. */
export interface Progress {
  /** Since the actual start. */
  elapsed: number;
  /** To the planned end; 0 after it. */
  left: number;
  /** Past the planned end. */
  overrun: number;
  /** How far behind the plan: a late start, or technical work that goes on after the end of execution. */
  behind: number;
}

export interface NoticeTime {
  /** As the plan writes it: `7d`, `15m`. */
  offset: string;
  minutes: number;
  at: Date;
}
