import type { RespondFn } from '@slack/bolt';
import type { Logger } from 'pino';
import { WatchbellError } from '../errors.ts';
import { markedSection, textSection } from './blocks.ts';
import { SlackFailure } from './failure.ts';
import { fitMessage } from './fit.ts';
import { escapeText } from './inline.ts';
import type { Message } from './message.ts';
import type { SlackClient } from './port.ts';

export interface ReplyTo {
  client: SlackClient;
  userId: string;
  channelId: string | undefined;
  respond: RespondFn | undefined;
  logger: Logger;
}

/** A private answer: by the response URL where there is one, else in the channel, else by direct message. */
export function replier({ client, userId, channelId, respond, logger }: ReplyTo) {
  return async (answer: Message | string): Promise<void> => {
    const message = fitMessage(typeof answer === 'string' ? sayText(answer) : answer);
    try {
      if (respond) {
        await respond({ response_type: 'ephemeral', replace_original: false, ...message });
      } else if (channelId) {
        await client.ephemeral(channelId, userId, message);
      } else {
        await client.post(userId, message, 'reply');
      }
    } catch (error) {
      if (!respond && channelId && error instanceof SlackFailure && error.kind === 'refused') {
        await client.post(userId, message, 'reply');
        return;
      }
      logger.warn({ err: error }, 'a reply did not reach its reader');
    }
  };
}

/** Plain words as a message; nothing in them is markup. */
export const sayText = (text: string): Message => ({ text: escapeText(text), blocks: [textSection(text)] });

/** What happened, what it means, what to do next; every problem with its place. */
export function sayError(error: WatchbellError): Message {
  const problems = error.problems.map((problem) => `• ${place(problem)}${problem.message}`);
  const text = [error.message, ...problems, error.next ?? ''].filter(Boolean).join('\n');
  return { text: escapeText(`Not done: ${text}`), blocks: [markedSection('*Not done*'), textSection(text)] };
}

function place({ line, column, path }: { line?: number; column?: number; path?: string }): string {
  if (line !== undefined) return `line ${line}, column ${column ?? 1}: `;
  return path ? `${path}: ` : '';
}

/** What a person is told when the program itself failed; the same reference stands in the log. */
export const sayDefect = (reference: string): Message =>
  sayText(
    `That did not work, and it is Watchbell's fault. Nothing was changed. Try again; if it happens again, tell your operator the reference ${reference}.`,
  );

export const isForPeople = (error: unknown): error is WatchbellError => error instanceof WatchbellError;
