import type { Sandbox } from '../../src/sandbox/index.ts';

export interface SlackOptions {
  /** Rooms beside the organisation's own; see `roomOf`. */
  rooms: number;
  /** People beside the organisation's own, all of them in the channel `CROWD`. */
  people: number;
  rateLimits: boolean;
  /** Faster than real time from this instant on. */
  clock?: { speed: number; anchor: string };
}

export interface SlackPlace {
  url: string;
  teamId: string;
  credentials: Sandbox['credentials'];
}

export const CROWD = 'CCROWD';
export const roomOf = (index: number): string => `CROOM${index}`;
export const personOf = (index: number): string => `UPERSON${index}`;

/** People who type and click, each at its own moment whether the earlier ones were answered or not. */
export interface Traffic {
  /** Where the app listens. */
  url: string;
  perSecond: number;
  seconds: number;
  /** A message with the button that is clicked. */
  message: { channel: string; ts: string };
  actionId: string;
  /** What is typed in turn. */
  typed: string[];
}
