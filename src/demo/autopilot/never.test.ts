import { expect, test } from 'vitest';
import { ALWAYS, findBroken, findRefused } from './never.ts';
import type { Seen } from './recorder.ts';

const seen = (change: Partial<Seen>): Seen => ({
  at: new Date('2026-12-05T21:00:00Z'),
  place: '#sales',
  text: 'UP-1: CRM 8 to CRM 9 has started.',
  edits: [],
  mentions: { users: [], groups: [], broadcasts: [] },
  actionIds: [],
  target: { channel: 'CSALES', ts: '1.0' },
  ...change,
});

test('an ordinary message → nothing to say', () => {
  expect(findBroken(ALWAYS, [seen({})])).toEqual([]);
});

test.each([
  ['calls @channel', seen({ mentions: { users: [], groups: [], broadcasts: ['channel'] } })],
  ['a template’s marks', seen({ text: 'UP-1: {{ title }} has started' })],
  ['a value that is not there', seen({ edits: [{ at: new Date(0), text: 'ends at Invalid Date' }] })],
  ['no text', seen({ text: ' ' })],
  ['a defect', seen({ text: "That did not work, and it is Watchbell's fault." })],
])('%s → found', (_, message) => {
  expect(findBroken(ALWAYS, [seen({}), message])).toHaveLength(1);
});

test('a call that Slack refused → found; one that it asked to repeat later is none', () => {
  const call = (outcome: string) => ({ method: 'chat.postMessage', args: {}, at: new Date(0), outcome });
  expect(findRefused([call('ok'), call('ratelimited'), call('invalid_blocks')])).toEqual([
    'refused by Slack: chat.postMessage: invalid_blocks',
  ]);
});
