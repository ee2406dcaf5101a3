import { AdjustableClock } from '../../src/clock.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';

export interface SlackOptions {
  /** Rooms beside the organisation's own; see `roomOf`. */
  rooms: number;
  /** People beside the organisation's own, all of them in the channel `CROWD`. */
  people: number;
  rateLimits: boolean;
  clock?: FastClock;
}

export interface SlackPlace {
  url: string;
  teamId: string;
  credentials: Sandbox['credentials'];
}

/** Shows `at` at the real instant `anchor`, and runs faster from there, alike in every process. */
export interface FastClock {
  at: string;
  anchor: string;
  speed: number;
}

export const fastClock = ({ at, anchor, speed }: FastClock): AdjustableClock =>
  new AdjustableClock({ at: new Date(at), anchor: new Date(anchor), speed });

export const CROWD = 'CCROWD';
export const roomOf = (index: number): string => `CROOM${index}`;
export const personOf = (index: number): string => `UPERSON${index}`;

/** People who type and click, as fast as they are acknowledged. */
export interface Traffic {
  /** Where they are delivered. */
  url: string;
  count: number;
  /** A message with the button that is clicked. */
  message: { channel: string; ts: string };
  actionId: string;
  /** What is typed in turn. */
  typed: string[];
}
