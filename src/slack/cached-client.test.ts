import { expect, test, vi } from 'vitest';
import { RecordingSlack } from '../../test/support/recording-slack.ts';
import { withCache } from './cached-client.ts';

/** Counts how often it is asked for somebody. */
class CountingSlack extends RecordingSlack {
  asked = 0;

  override async user(id: string) {
    this.asked += 1;
    return super.user(id);
  }
}

test('plans that name the same people at the same time ask Slack for each once', async () => {
  const slack = new CountingSlack();
  const client = withCache(slack);
  const found = await Promise.all(Array.from({ length: 20 }, () => client.recentUser('UDANA')));
  expect(found.map((user) => user?.id)).toEqual(Array(20).fill('UDANA'));
  expect(slack.asked).toBe(1);
});

test('whoever acts is asked for each time', async () => {
  const slack = new CountingSlack();
  const client = withCache(slack);
  await client.user('UDANA');
  await client.user('UDANA');
  expect(slack.asked).toBe(2);
});

test('an answer that takes long is fresh from when it came, not from when it was asked for', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout'] });
  const slack = new CountingSlack();
  const slow = async (id: string) => {
    const user = await CountingSlack.prototype.user.call(slack, id);
    return new Promise<typeof user>((resolve) => setTimeout(() => resolve(user), 60_000));
  };
  slack.recentUser = slow;
  const client = withCache(slack);
  const first = client.recentUser('UDANA');
  await vi.advanceTimersByTimeAsync(60_000);
  await first;
  await vi.advanceTimersByTimeAsync(14_000);
  void client.recentUser('UDANA');
  expect(slack.asked).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  void client.recentUser('UDANA');
  expect(slack.asked).toBe(2);
  vi.useRealTimers();
});
