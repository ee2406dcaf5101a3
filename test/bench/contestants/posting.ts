import { WebClient } from '@slack/web-api';
import type { Message } from '../../../src/slack/message.ts';
import { webClientOptions } from '../../../src/slack/web-caller.ts';
import type { SlackPlace } from '../places.ts';
import { sampleMessage } from './message.ts';

/** What a bare program does to post: Slack's own client as it comes, one call. Resolves with the message's ts. */
export function barePoster({ url, credentials }: SlackPlace): (channel: string) => Promise<string> {
  const web = new WebClient(credentials.botToken, webClientOptions(`${url}/api/`, fetch));
  const message: Message = sampleMessage();
  return async (channel) => {
    const { ts } = await web.chat.postMessage({
      channel,
      ...message,
      unfurl_links: false,
      unfurl_media: false,
    });
    if (!ts) throw new Error('posted without a ts');
    return ts;
  };
}

/** Unix milliseconds of a message's ts. */
export const atOf = (ts: string): number => Number(ts) * 1_000;
