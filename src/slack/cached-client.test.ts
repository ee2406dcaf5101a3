import { expect, test } from 'vitest';
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
