import { messageOf, WatchbellError } from '../errors.ts';
import { SlackFailure } from '../slack/failure.ts';

/** What Watchbell stands on, with what it means that it is not there, and what to do about it. */
const GROUNDS = {
  database: {
    means: 'Postgres cannot be used, and nothing works without it',
    remedy: 'Check DATABASE_URL, that Postgres runs, and that this machine may connect to it.',
  },
  queue: {
    means: 'The Postgres of the queue cannot be used',
    remedy: 'Check QUEUE_URL and that the server runs; without QUEUE_URL the queue is kept in the database.',
  },
  slack: {
    means: 'Slack cannot be reached',
    remedy: 'Check that this machine reaches slack.com, and SLACK_API_URL where it is set.',
  },
  token: {
    means: 'Slack does not accept the bot token',
    remedy:
      'Check SLACK_BOT_TOKEN (OAuth & Permissions → Bot User OAuth Token), and that slack.com can be reached.',
  },
  delivery: {
    means: 'Slack opens no connection in Socket Mode, so nobody could be answered',
    remedy:
      'Check SLACK_APP_TOKEN (Basic Information → App-Level Tokens, connections:write), and enable Socket Mode.',
  },
  port: {
    means: 'The port cannot be used',
    remedy:
      'Another program may have it, perhaps another Watchbell: set PORT, METRICS_PORT or HOST to what is free.',
  },
} as const;
type Ground = keyof typeof GROUNDS;

/** What to do where it is not there. */
export const remedyFor = (ground: Ground): string => GROUNDS[ground].remedy;

/** The result of `attempt`; where it fails, an error that says what that means and what to do. Others pass as they are. */
export async function standingOn<T>(ground: Ground, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof WatchbellError) throw error;
    const { means, remedy } = GROUNDS[whichOf(ground, error)];
    throw new WatchbellError('unavailable', `${means}: ${messageOf(error)}.`, {
      next: `${remedy} \`watchbell doctor\` looks at everything at once.`,
      cause: error,
    });
  }
}

/** A token that Slack refuses is another trouble than a Slack that does not answer. */
const whichOf = (ground: Ground, error: unknown): Ground =>
  ground === 'slack' && error instanceof SlackFailure && error.kind === 'refused' ? 'token' : ground;
