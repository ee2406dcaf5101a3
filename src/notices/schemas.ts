import * as z from 'zod';

const instant = z.iso.datetime().transform((text) => new Date(text));

/** What a planned notice keeps beside its time. */
export const NoticePayload = z.object({
  revision: z.int(),
  plannedAt: instant,
  /** Where the window was moved here from another time. */
  move: z.object({ from: instant, why: z.string().optional() }).optional(),
});
export type NoticePayload = z.input<typeof NoticePayload>;

/** The same beside its delivery. */
export const SentNotice = NoticePayload.extend({ dueAt: instant });

/** What word of a move keeps: where the window stood before, and why it was moved; `role`: to whoever has one in it. */
export const ToldMove = z.object({ from: instant, why: z.string().optional(), role: z.boolean() });
export type ToldMove = z.input<typeof ToldMove>;

/** What the message about somebody's role keeps: who scheduled the upgrade; null is Watchbell itself. */
export const ToldRole = z.object({ by: z.string().nullable() });
export type ToldRole = z.infer<typeof ToldRole>;
