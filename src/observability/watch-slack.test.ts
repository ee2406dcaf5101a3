import { expect, test } from 'vitest';
import { RecordingSlack } from '../../test/support/recording-slack.ts';
import { SlackFailure } from '../slack/failure.ts';
import { Doubts } from './doubts.ts';
import { createMetrics } from './metrics.ts';
import { countCalls, watchDeliveries } from './watch-slack.ts';

const LOOK = { since: new Date(0), turnPage: <T>(ask: () => Promise<T>) => ask() };
const message = { text: 'hello', blocks: [] };

async function figures(
  metrics: ReturnType<typeof createMetrics>,
  name: string,
): Promise<Record<string, number>> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return Object.fromEntries(
    [...text.matchAll(/="([^"]+)"\} (\d+)/g)].map(([, label, value]) => [label, Number(value)]),
  );
}

test('a look finds nothing → sent again is what was sent, not what was looked for', async () => {
  const metrics = createMetrics([]);
  const slack = new RecordingSlack();
  const client = watchDeliveries(slack, metrics, new Doubts(metrics));
  const ends = () => figures(metrics, 'watchbell_ambiguous_posts_total');
  await client.findDelivery('C1', 'withdrawn', LOOK);
  await client.findDelivery('C1', 'twice', LOOK);
  await client.findDelivery('C1', 'twice', LOOK);
  expect(await ends()).toEqual({ found: 0, sent_again: 0, not_sent: 0 });
  slack.failNext.push({
    failure: new SlackFailure('doubtful', 'chat.postMessage', 'timeout'),
    applied: true,
  });
  await expect(client.post('C1', message, 'twice')).rejects.toThrow('timeout');
  expect(await ends()).toEqual({ found: 0, sent_again: 0, not_sent: 0 });
  await client.findDelivery('C1', 'twice', LOOK);
  await client.findDelivery('C1', 'once more', LOOK);
  await client.post('C1', message, 'once more');
  await client.post('C1', message, 'the first time');
  expect(await ends()).toEqual({ found: 1, sent_again: 1, not_sent: 0 });
});

test('what the outbox repeats → counted by why; what Slack refuses for good is not', async () => {
  const metrics = createMetrics([]);
  const slack = new RecordingSlack();
  const client = watchDeliveries(slack, metrics, new Doubts(metrics));
  const fails = async (kind: SlackFailure['kind'], reason: string) => {
    slack.failNext.push({ failure: new SlackFailure(kind, 'chat.postMessage', reason) });
    await expect(client.post('C1', message, 'd')).rejects.toThrow(reason);
  };
  await fails('passing', 'ECONNREFUSED');
  await fails('refused', 'token_revoked');
  await fails('refused', 'is_archived');
  expect(await figures(metrics, 'watchbell_delivery_retries_total')).toEqual({
    passing: 1,
    limited: 0,
    doubtful: 0,
    access_lost: 1,
  });
});

test('a look that fails is repeated, and counted', async () => {
  const metrics = createMetrics([]);
  const slack = new RecordingSlack();
  slack.findDelivery = () => Promise.reject(new SlackFailure('doubtful', 'conversations.history', 'timeout'));
  await expect(
    watchDeliveries(slack, metrics, new Doubts(metrics)).findDelivery('C1', 'd', LOOK),
  ).rejects.toThrow('timeout');
  expect(await figures(metrics, 'watchbell_delivery_retries_total')).toMatchObject({ doubtful: 1 });
});

test('calls → by what may be done next, and every 429', async () => {
  const metrics = createMetrics([]);
  const count = countCalls(metrics);
  count({ method: 'chat.postMessage', outcome: 'doubtful', seconds: 0.2 });
  count({ method: 'chat.update', outcome: 'limited', seconds: 0.2 });
  const text = await metrics.registry.metrics();
  expect(text).toContain(
    'watchbell_slack_call_seconds_count{method="chat.postMessage",outcome="doubtful"} 1',
  );
  expect(text).toContain('watchbell_slack_limited_total{method="chat.update"} 1');
});
