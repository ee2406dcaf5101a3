import { setTimeout as pause } from 'node:timers/promises';
import type { RespondFn } from '@slack/bolt';
import type { Logger } from 'pino';
import { realMilliseconds } from '../clock.ts';
import { WatchbellError } from '../errors.ts';
import { markedSection, textSection, textSections } from './blocks.ts';
import { SlackFailure } from './failure.ts';
import { fitMessage } from './fit.ts';
import { escapeText } from './inline.ts';
import type { Message } from './message.ts';
import type { SlackClient } from './port.ts';
import { isLimited, whenAllowed } from './when-allowed.ts';

export interface ReplyTo {
  /** Asked for only where there is no response URL: of a workspace that we do not know there is none. */
  readonly client: SlackClient;
  userId: string;
  channelId: string | undefined;
  respond: RespondFn | undefined;
  logger: Logger;
}

/** How long a reply that Slack's limits hold up is tried again. Real milliseconds. */
const PATIENCE_MS = 60_000;

/** A private answer: by the response URL where there is one, else in the channel, else by direct message. */
export function replier(to: ReplyTo) {
  return async (answer: Message | string): Promise<void> => {
    const message = fitMessage(typeof answer === 'string' ? sayText(answer) : answer);
    const lost = (error: unknown) => to.logger.warn({ err: error }, 'a reply did not reach its reader');
    try {
      await send(to, message);
    } catch (error) {
      if (!isLimited(error)) return lost(error);
      // Nobody waits for it: a form that holds up its answer for a reply would be refused by Slack.
      void pause(error.retryAfter * 1_000)
        .then(() => whenAllowed(() => send(to, message), realMilliseconds() + PATIENCE_MS))
        .catch(lost);
    }
  };
}

async function send(to: ReplyTo, message: Message): Promise<void> {
  const { userId, channelId, respond } = to;
  if (respond)
    return void (await respond({ response_type: 'ephemeral', replace_original: false, ...message }));
  if (!channelId) return void (await to.client.post(userId, message, 'reply'));
  try {
    await to.client.ephemeral(channelId, userId, message);
  } catch (error) {
    if (!(error instanceof SlackFailure) || error.kind !== 'refused') throw error;
    await to.client.post(userId, message, 'reply');
  }
}

/** Plain words as a message; nothing in them is markup. */
export const sayText = (text: string): Message => ({ text: escapeText(text), blocks: [textSection(text)] });

/** What happened, what it means, what to do next; every problem with its place; and what was typed, to be used again. */
export function sayError(error: WatchbellError, typed?: string): Message {
  const problems = error.problems.map((problem) => `• ${place(problem)}${problem.message}`);
  const text = [error.message, ...problems, error.next ?? ''].filter(Boolean).join('\n');
  const kept = typed && isWorthKeeping(typed) ? `You typed: ${typed}` : '';
  return {
    text: escapeText([`Not done: ${text}`, kept].filter(Boolean).join('\n')),
    blocks: [markedSection('*Not done*'), textSection(text), ...textSections(kept)],
  };
}

/** The same in one line, for the error under an input of a form. */
export const sayInLine = ({ message, problems, next }: WatchbellError): string =>
  [message, ...problems.map((each) => `${place(each)}${each.message}`), next ?? ''].filter(Boolean).join(' ');

/** A verb alone is typed again in no time; words are not. */
const isWorthKeeping = (typed: string): boolean => typed.trim().split(/\s+/).length > 2;

function place({ line, column, path }: { line?: number; column?: number; path?: string }): string {
  if (line !== undefined) return `line ${line}, column ${column ?? 1}: `;
  return path ? `${path}: ` : '';
}

/** What a person is told when it was not their doing; the same reference stands in the log. */
export function explainDefect(error: unknown, reference: string): WatchbellError {
  if (error instanceof SlackFailure && TOO_LATE.has(error.reason)) {
    return new WatchbellError('unavailable', 'Slack had stopped waiting before the form could be opened.', {
      next: 'Nothing was changed. Try again.',
    });
  }
  const slack = error instanceof SlackFailure && error.kind !== 'refused';
  const fault = slack ? 'Slack did not answer' : "That is Watchbell's fault, not yours";
  return new WatchbellError('unavailable', `That did not work. ${fault} (reference ${reference}).`, {
    next: 'See with /upgrade show how things stand, then try again. If it stays so, tell your operator the reference.',
  });
}

const TOO_LATE = new Set(['expired_trigger_id', 'trigger_expired']);
