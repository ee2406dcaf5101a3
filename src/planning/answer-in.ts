import * as z from 'zod';
import { readMetadata } from '../slack/form.ts';
import type { Message } from '../slack/message.ts';
import { replier } from '../slack/reply.ts';
import type { Call } from '../slack/surface.ts';

/** What a modal of this slice remembers: where it was opened from, and which draft it changes, if any, as it was then. */
const Origin = z.object({
  channelId: z.string().optional(),
  upgradeId: z.int32().positive().optional(),
  seen: z.string().optional(),
});
export type Origin = z.infer<typeof Origin>;

export const writeOrigin = (origin: Origin): string => JSON.stringify(origin);
export const readOrigin = (metadata: string): Origin => readMetadata(Origin, metadata);

/** A modal is nowhere: answers privately in the channel that it was opened from. */
export const answerIn = (
  { context, actor }: Call,
  channelId: string | undefined,
): ((answer: Message | string) => Promise<void>) =>
  replier({
    client: context.slack.of(actor.teamId),
    userId: actor.userId,
    channelId,
    respond: undefined,
    logger: context.logger,
  });
