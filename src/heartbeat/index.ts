import type { Slice } from '../slice.ts';
import { askAtWindowEnd } from './ask-at-window-end.ts';
import { askForLine } from './ask-for-line.ts';
import { workFollowers } from './plan-beats.ts';
import { previewHeartbeats } from './preview.ts';
import { sendHeartbeat } from './send-heartbeat.ts';

/** What the room hears while the work runs: where things stand, on time, with or without news. */
export const heartbeat: Slice = {
  handlers: [askForLine, sendHeartbeat, askAtWindowEnd],
  followers: workFollowers,
  preview: previewHeartbeats,
};
