import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { freePort } from '../../support/free-port.ts';
import { offer } from '../processes.ts';
import type { BotPlace } from './bot.ts';

export interface OpenWeb {
  url: string;
  /** A message with buttons, where it has one. */
  message?: { channel: string; ts: string };
}

/** Bolt with its own receiver that acknowledges whatever comes and does nothing else. */
const offers = {
  async open({ slack }: BotPlace): Promise<OpenWeb> {
    const { botToken, signingSecret } = slack.credentials;
    const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR });
    const app = new App({
      receiver,
      logLevel: LogLevel.ERROR,
      authorize: async () => ({ botToken, teamId: slack.teamId, botId: 'BBARE', botUserId: 'UBARE' }),
    });
    app.command(/.*/, async ({ ack }) => ack());
    app.action(/.*/, async ({ ack }) => ack());
    const port = await freePort();
    await app.start({ port, host: '127.0.0.1' });
    return { url: `http://127.0.0.1:${port}/slack/events` };
  },
};
export type WebOffers = typeof offers;
offer(offers);
