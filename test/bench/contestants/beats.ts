import type { SlackPlace } from '../places.ts';

/** Heartbeats of so many windows, each in its own room. */
export interface Beats {
  slack: SlackPlace;
  databaseUrl: string;
  queueUrl: string;
  windows: number;
  /** Real milliseconds from one window's heartbeat to the next; 0: all at the same instant. */
  apart: number;
  /** The bot keeps to Slack's limits. */
  paced: boolean;
}

/** Every window strikes twice: with code that never ran before, and as it is from then on. */
export const STRUCK = ['the first after a start', 'the next'] as const;

/** Real milliseconds from the instant at which each was due to its arrival in Slack, for each strike. */
export type BeatsOffers = { run(beats: Beats): Promise<number[][]> };

/** From here until the first is due. */
export const AHEAD_MS = 3_000;
