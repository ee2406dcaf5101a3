import type { Dice } from './dice.ts';

const MINUTE = 60_000;

/** What one person does at a time, by the clock of the run. */
export interface Act {
  /** Minutes after the run's beginning; what hangs on the start or the end of the work counts from that. */
  at: number;
  after: 'beginning' | 'start' | 'end';
  do:
    | { verb: 'schedule' | 'start' | 'cancel' | 'done' | 'close' | 'open home' }
    | { verb: 'reschedule'; to: Date }
    | { verb: 'status' | 'issue' | 'rollback'; text: string }
    | { verb: 'resolve'; number: number }
    | { verb: 'vote'; ballot: Ballot; where: 'room' | 'directly' };
  by: string;
  /** Where it is typed; in the room of the upgrade unless said otherwise. */
  from?: string;
  times: Times;
}

/** How often it arrives: an impatient finger does the same twice, Slack delivers one and the same twice. */
export type Times = 'once' | 'double click' | 'delivered twice';

export type Ballot = 'roll_back' | 'keep_going' | 'more_time';

/** Who has which role in one upgrade. */
export interface Cast {
  lead: string;
  sponsor: string;
  deputy: string;
  communicator: string;
  operations: string;
  consulted: string;
}

export const act = (dice: Dice, by: string, at: number, done: Act['do']): Act => ({
  at,
  after: 'beginning',
  do: done,
  by,
  times: drawTimes(dice),
});

export const drawTimes = (dice: Dice): Times =>
  dice.weighted({ once: 70, 'double click': 15, 'delivered twice': 15 });

export const minutesAfter = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE);
