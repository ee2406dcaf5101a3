import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { buildClient, refusal, startHarbour } from '../testing.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startHarbour();
});

afterEach(() => sandbox.close());

const room = 'CCRMUPGRADE';
const call = (method: string, args: Record<string, unknown> = {}) =>
  refusal(buildClient(sandbox).apiCall(method, args));

describe('tokens and scopes', () => {
  test.each([
    ['no token', '', 'not_authed'],
    ['an unknown token', 'xoxb-nonsense', 'invalid_auth'],
  ])('%s → %s', async (_, token, error) => {
    await expect(refusal(buildClient(sandbox, token).auth.test())).resolves.toMatchObject({ error });
  });

  test('the app token works for connections only', async () => {
    const appToken = sandbox.credentials.appToken;
    const client = buildClient(sandbox, appToken);
    await expect(client.apps.connections.open({})).resolves.toMatchObject({ ok: true });
    await expect(refusal(client.auth.test())).resolves.toMatchObject({ error: 'not_allowed_token_type' });
    await expect(call('apps.connections.open')).resolves.toMatchObject({ error: 'not_allowed_token_type' });
  });

  test('a revoked token → token_revoked', async () => {
    sandbox.revokeToken();
    await expect(call('auth.test')).resolves.toMatchObject({ error: 'token_revoked' });
  });

  test('a scope the manifest lacks → missing_scope, with what is needed', async () => {
    const error = await buildClient(sandbox)
      .conversations.join({ channel: 'CFINANCE' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ data: { error: 'missing_scope', needed: 'channels:join' } });
  });

  test('the e-mail address is shown only with its scope', async () => {
    const without = await startHarbour({ manifest: { botScopes: ['users:read'] } });
    const { user } = await buildClient(without).users.info({ user: 'UDANA' });
    await without.close();
    expect(user?.profile?.email).toBeUndefined();
    const seen = await buildClient(sandbox).users.info({ user: 'UDANA' });
    expect(seen.user?.profile?.email).toBe('dana@harbour.example');
  });
});

const blocks = [{ type: 'divider' }];
const button = (action_id: string) => ({
  type: 'button',
  action_id,
  text: { type: 'plain_text', text: 'Go' },
});

describe('what Slack refuses', () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ['an unknown method', 'chat.sendMessage', {}, 'unknown_method'],
    ['a missing channel', 'chat.postMessage', { text: 'x' }, 'invalid_arguments'],
    ['an unknown channel', 'chat.postMessage', { channel: 'CNONE', text: 'x' }, 'channel_not_found'],
    [
      'a private channel without the bot',
      'chat.postMessage',
      { channel: 'CLEADERSHIP', text: 'x' },
      'channel_not_found',
    ],
    ['a channel without the bot', 'chat.postMessage', { channel: 'CFINANCE', text: 'x' }, 'not_in_channel'],
    [
      'history of a channel without the bot',
      'conversations.history',
      { channel: 'CFINANCE' },
      'not_in_channel',
    ],
    [
      'an unknown thread',
      'chat.postMessage',
      { channel: room, text: 'x', thread_ts: '1.000001' },
      'thread_not_found',
    ],
    ['no text', 'chat.postMessage', { channel: room }, 'no_text'],
    ['text of 40,001', 'chat.postMessage', { channel: room, text: 'x'.repeat(40_001) }, 'msg_too_long'],
    [
      'a message to someone deactivated',
      'chat.postMessage',
      { channel: 'UGONE', text: 'x' },
      'user_disabled',
    ],
    ['a message to a bot', 'chat.postMessage', { channel: 'UBUILDBOT', text: 'x' }, 'cannot_dm_bot'],
    ['a conversation with a stranger', 'conversations.open', { users: 'UXAVIER' }, 'user_not_visible'],
    ['a conversation with nobody', 'conversations.open', { users: 'UNOBODY' }, 'user_not_found'],
    [
      'a whisper to someone not there',
      'chat.postEphemeral',
      { channel: room, user: 'UZOE', text: 'x' },
      'user_not_in_channel',
    ],
    [
      'changing what is not there',
      'chat.update',
      { channel: room, ts: '1.000001', text: 'x' },
      'message_not_found',
    ],
    ['blocks that are no list', 'chat.postMessage', { channel: room, blocks: '{' }, 'invalid_blocks_format'],
    ['51 blocks', 'chat.postMessage', { channel: room, blocks: Array(51).fill(blocks[0]) }, 'invalid_blocks'],
    [
      'metadata without a type',
      'chat.postMessage',
      { channel: room, text: 'x', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
    ['pinning what is not there', 'pins.add', { channel: room, timestamp: '1.000001' }, 'message_not_found'],
    ['an address nobody has', 'users.lookupByEmail', { email: 'nobody@harbour.example' }, 'users_not_found'],
    [
      'the address of someone deactivated',
      'users.lookupByEmail',
      { email: 'gone@harbour.example' },
      'users_not_found',
    ],
    [
      'a made-up trigger',
      'views.open',
      { trigger_id: '1.2.3', view: { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks } },
      'invalid_trigger_id',
    ],
    [
      'a modal without a title',
      'views.open',
      { trigger_id: '1.2.3', view: { type: 'modal', blocks } },
      'invalid_arguments',
    ],
    [
      'a view of 250 KB',
      'views.publish',
      { user_id: 'UDANA', view: { type: 'home', blocks, junk: 'x'.repeat(250_000) } },
      'view_too_large',
    ],
    [
      'two buttons with one action_id',
      'chat.postMessage',
      { channel: room, blocks: [{ type: 'actions', elements: [button('a'), button('a')] }] },
      'invalid_blocks',
    ],
  ])('%s: %s → its code, and nothing happens', async (_, method, args, error) => {
    await expect(call(method, args)).resolves.toMatchObject({ error });
    expect(sandbox.state.messages(room)).toEqual([]);
    expect(sandbox.calls.at(-1)).toMatchObject({ method, outcome: error });
  });

  test('an archived channel → is_archived', async () => {
    sandbox.changeChannel(room, { is_archived: true });
    await expect(call('chat.postMessage', { channel: room, text: 'x' })).resolves.toMatchObject({
      error: 'is_archived',
    });
  });

  test('an update of 4,001 characters → msg_too_long', async () => {
    const { ts } = await buildClient(sandbox).chat.postMessage({ channel: room, text: 'short' });
    const update = { channel: room, ts, text: 'x'.repeat(4001) };
    await expect(call('chat.update', update)).resolves.toMatchObject({ error: 'msg_too_long' });
  });

  test("somebody else's message cannot be changed", async () => {
    const { ts } = await sandbox.as('dana').post(room, 'mine');
    await expect(call('chat.update', { channel: room, ts, text: 'x' })).resolves.toMatchObject({
      error: 'cant_update_message',
    });
  });
});

test('a body that is no JSON → invalid_json', async () => {
  const response = await fetch(`${sandbox.url}/api/chat.postMessage`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${sandbox.credentials.botToken}`,
      'content-type': 'application/json',
    },
    body: '{"channel":',
  });
  await expect(response.json()).resolves.toEqual({ ok: false, error: 'invalid_json' });
});

describe('rate limits', () => {
  test('a burst in one channel → 429 with Retry-After; another channel is unharmed', async () => {
    const client = buildClient(sandbox);
    const post = (channel: string) => client.chat.postMessage({ channel, text: 'x' });
    for (let posted = 0; posted < 4; posted += 1) await post(room);
    await expect(post(room)).rejects.toMatchObject({ retryAfter: 1 });
    await expect(post('CALLSTAFF')).resolves.toMatchObject({ ok: true });
  });

  test('the 21st users.list within a minute → 429', async () => {
    const client = buildClient(sandbox);
    for (let asked = 0; asked < 20; asked += 1) await client.users.list({});
    await expect(client.users.list({})).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error' });
  });
});
