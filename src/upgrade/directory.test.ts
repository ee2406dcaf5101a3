import { describe, expect, test } from 'vitest';
import { RecordingSlack, TEAM } from '../../test/support/recording-slack.ts';
import { SlackFailure } from '../slack/failure.ts';
import { PATIENCE, slackDirectory } from './directory.ts';

/** Lets so many be looked up, then says no so often before it goes on. */
class LimitedSlack extends RecordingSlack {
  refusals: number[] = [];
  underWay = 0;
  most = 0;

  override async user(id: string) {
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    await Promise.resolve();
    this.underWay -= 1;
    const retryAfter = this.refusals.shift();
    if (retryAfter !== undefined)
      throw new SlackFailure('limited', 'users.info', 'ratelimited', { retryAfter });
    return super.user(id);
  }
}

describe('looking up the people of a plan', () => {
  test('more of them than Slack allows at a time → slowly, instead of not at all', async () => {
    const slack = new LimitedSlack();
    slack.refusals = [0.01, 0.01, 0.02];
    const directory = slackDirectory(slack, TEAM);
    const found = await Promise.all(Array.from({ length: 40 }, () => directory.user('UDANA')));
    expect(found.every((one) => one?.id === 'UDANA')).toBe(true);
    expect(slack.most).toBeLessThanOrEqual(10);
  });

  test('Slack asks for more patience than anybody has → the failure', async () => {
    const slack = new LimitedSlack();
    slack.refusals = [60];
    await expect(slackDirectory(slack, TEAM).user('UDANA')).rejects.toThrow('ratelimited');
  });

  test('a form is not kept waiting longer than it may be', async () => {
    const slack = new LimitedSlack();
    slack.refusals = [3];
    await expect(slackDirectory(slack, TEAM, PATIENCE.form).user('UDANA')).rejects.toThrow('ratelimited');
  });
});
