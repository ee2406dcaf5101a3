import { inZone, minutesAfter } from './instants.ts';
import type { Expected } from './oracle.ts';

/** Whom the messages of one upgrade reach, as the plan and the directory have it; written by hand, not asked of the bot. */
export interface Circle {
  key: string;
  title: string;
  room: string;
  /** Announce and audience channels. */
  channels: string[];
  /** Everybody who is told directly. */
  people: string[];
  communicator: string;
  sponsor: string;
  /** Everybody with a role in the plan, by how the plan calls it to them. */
  roles: Record<string, RegExp>;
}

export const at = (place: string, what: string, due: Date, text: RegExp, end?: RegExp): Expected => ({
  what,
  place,
  due,
  text,
  ...(end ? { finally: end } : {}),
});

/** The same to each of these places. */
export const toAll = (places: string[], what: string, due: Date, text: RegExp): Expected[] =>
  places.map((place) => at(place, what, due, text));

export const told = ({ channels, people }: Circle): string[] => [...channels, ...people];

/** Told to each person with a role once it is scheduled. */
export const roles = ({ key, title, roles: told }: Circle, scheduled: Date): Expected[] =>
  Object.entries(told).map(([person, says]) =>
    at(person, 'role', scheduled, new RegExp(`${key}: in ${title} you are ${says.source}`, 's')),
  );

/** The announcement, and three reminders that say what really remains: at the demo's pace a few minutes less, when busy. */
export function notices(circle: Circle, start: { local: string; zone: string }, days: [string, string]) {
  const begin = inZone(start.local, start.zone);
  const hour = start.local.slice(10);
  const [week, day] = days.map((date) => inZone(`${date}${hour}`, start.zone));
  const soon = (what: string) => new RegExp(`${circle.key}: ${circle.title} starts in ${what}\\b`);
  const everyone = told(circle);
  return [
    ...toAll(
      everyone,
      '7d notice',
      week as Date,
      new RegExp(`${circle.key}: ${circle.title}\\n.*in 7 days`, 's'),
    ),
    ...toAll(everyone, '1d notice', day as Date, soon('1 day')),
    ...toAll(everyone, '1h notice', minutesAfter(begin, -60), soon('(1 h|5[6-9] min)')),
    ...toAll(everyone, '15m notice', minutesAfter(begin, -15), soon('1[1-5] min')),
  ];
}

/** A heartbeat in the room and, five minutes before it, the question to the communicator. */
export function beat(circle: Circle, started: Date, slot: number, says: RegExp): Expected[] {
  const due = minutesAfter(started, slot * 30);
  return [
    at(circle.communicator, `ask ${slot}`, minutesAfter(due, -5), /your status line for the update/),
    at(circle.room, `heartbeat ${slot}`, due, says),
  ];
}

export const toEveryone = (circle: Circle, what: string, due: Date, text: RegExp): Expected[] =>
  toAll([circle.room, ...told(circle)], what, due, text);
