import type { SlackPlace } from '../places.ts';
import { roomOf } from '../places.ts';

/** So many messages, in turn to so many rooms, that are all due now. */
export interface Flood {
  slack: SlackPlace;
  databaseUrl: string;
  redisUrl: string;
  messages: number;
  rooms: number;
  /** Posts under way at the same time. */
  atOnce: number;
}

/** Real seconds from due to the last ts recorded. */
export type FloodOffers = { run(flood: Flood): Promise<number> };

export const roomsOf = ({ messages, rooms }: Pick<Flood, 'messages' | 'rooms'>): string[] =>
  Array.from({ length: messages }, (_, index) => roomOf(index % rooms));

/** A warm-up of the client, the sandbox and the compiler that is not measured. */
export const WARM_UP = 200;
