import * as z from 'zod';

/** What one heartbeat leaves to the next. */
export const Watch = z.object({
  /** The id of the latest status line that a heartbeat has shown. */
  shown: z.int().nullable(),
  /** Heartbeats in a row, up to the last one, that had no new line. */
  silent: z.int(),
});
export type Watch = z.infer<typeof Watch>;

export const FRESH: Watch = { shown: null, silent: 0 };
