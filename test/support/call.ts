import type { Actor } from '../../src/context.ts';
import { fitMessage } from '../../src/slack/fit.ts';
import type { Message } from '../../src/slack/message.ts';
import { sayText } from '../../src/slack/reply.ts';
import type { ActionCall, CommandCall, FormValues, SubmissionCall } from '../../src/slack/surface.ts';
import type { TestContext } from './context.ts';

export interface Called {
  call: CommandCall & ActionCall & SubmissionCall;
  /** What was answered, oldest first, cut to Slack's limits as every answer is. */
  replies: Message[];
}

/** Something that a person does, as dispatch hands it on: a command, a click or a submission, whichever is tested. */
export function callBy(
  { context }: TestContext,
  actor: Actor & { userId: string },
  of: { channelId?: string; text?: string; value?: string; values?: FormValues; metadata?: string } = {},
): Called {
  const replies: Message[] = [];
  const call = {
    context,
    actor,
    channelId: of.channelId,
    triggerId: 'trigger',
    text: of.text ?? '',
    actionId: 'any',
    value: of.value ?? '',
    message: undefined,
    view: { id: 'V1', metadata: '', values: {} },
    values: of.values ?? {},
    metadata: of.metadata ?? '{}',
    viewId: 'V1',
    reply: async (answer: Message | string) => {
      replies.push(fitMessage(typeof answer === 'string' ? sayText(answer) : answer));
    },
  };
  return { call, replies };
}
