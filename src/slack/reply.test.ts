import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { PATIENCE } from '../../test/support/patience.ts';
import { RecordingSlack } from '../../test/support/recording-slack.ts';
import { notFound } from '../errors.ts';
import { SlackFailure } from './failure.ts';
import { replier } from './reply.ts';

const logger = pino({ level: 'silent' });
const limited = new SlackFailure('limited', 'chat.postMessage', 'ratelimited', { retryAfter: 0.01 });

test('whoever is of a workspace that we do not know → answered by the response URL all the same', async () => {
  const said: unknown[] = [];
  const to = {
    get client(): RecordingSlack {
      throw notFound('Watchbell is not installed in this workspace.');
    },
    userId: 'UDANA',
    channelId: 'CSALES',
    respond: async (message: unknown) => {
      said.push(message);
      return new Response();
    },
    logger,
  };
  await replier(to)('Watchbell is not installed here.');
  expect(said).toMatchObject([{ text: 'Watchbell is not installed here.', response_type: 'ephemeral' }]);
});

test('Slack takes no direct message for a moment → nobody is kept waiting, and the reply comes', async () => {
  const slack = new RecordingSlack();
  slack.failNext.push({ failure: limited }, { failure: limited });
  const reply = replier({ client: slack, userId: 'UDANA', channelId: undefined, respond: undefined, logger });
  await reply('Saved.');
  expect(slack.posts).toHaveLength(0);
  await vi.waitFor(
    () => expect(slack.to('UDANA').map(({ message }) => message.text)).toEqual(['Saved.']),
    PATIENCE,
  );
});

test('a channel that the bot is not in → by direct message', async () => {
  const slack = new RecordingSlack();
  slack.ephemeral = async () => {
    throw new SlackFailure('refused', 'chat.postEphemeral', 'not_in_channel');
  };
  await replier({ client: slack, userId: 'UDANA', channelId: 'CSALES', respond: undefined, logger })(
    'Saved.',
  );
  expect(slack.to('UDANA')).toHaveLength(1);
});
