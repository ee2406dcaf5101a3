import * as z from 'zod';

/** What one heartbeat leaves to the next. */
export const Watch = z.object({
  /** Heartbeats in a row, up to the last one, that had no new line. */
  silent: z.int(),
  /** The first of those just before it that were given up. */
  gapFrom: z.int().optional(),
});
export type Watch = z.infer<typeof Watch>;

export const FRESH: Watch = { silent: 0 };
