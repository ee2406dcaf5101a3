import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AdjustableClock } from '../../clock.ts';
import type { Sandbox } from '../index.ts';
import { buildClient, startHarbour } from '../testing.ts';

let sandbox: Sandbox;
const clock = new AdjustableClock({ at: new Date('2026-12-05T21:00:00Z') });

beforeEach(async () => {
  sandbox = await startHarbour({
    clock,
    rateLimits: false,
    extraScopes: ['pins:read', 'channels:join', 'channels:manage', 'team:read', 'im:read'],
  });
});

afterEach(() => sandbox.close());

const room = 'CCRMUPGRADE';

describe('messages', () => {
  test('time stamps come from the clock, are unique and increase', async () => {
    const client = buildClient(sandbox);
    const posted = [];
    for (const text of ['one', 'two', 'three'])
      posted.push(await client.chat.postMessage({ channel: room, text }));
    const stamps = posted.map((message) => Number(message.ts));
    expect(stamps[0]).toBeCloseTo(clock.now().getTime() / 1000, 1);
    expect(new Set(stamps).size).toBe(3);
    expect(stamps).toEqual([...stamps].sort());
  });

  test('history pages newest first, without thread replies, metadata only where asked for', async () => {
    const client = buildClient(sandbox);
    const metadata = { event_type: 'delivery', event_payload: { id: 'd-1' } };
    const first = await client.chat.postMessage({ channel: room, text: 'first', metadata });
    await client.chat.postMessage({ channel: room, text: 'reply', thread_ts: first.ts });
    await client.chat.postMessage({ channel: room, text: 'second' });
    await client.chat.postMessage({ channel: room, text: 'third' });

    const page = await client.conversations.history({ channel: room, limit: 2 });
    expect(page.messages?.map((message) => message.text)).toEqual(['third', 'second']);
    expect(page.has_more).toBe(true);
    const cursor = page.response_metadata?.next_cursor;
    const rest = await client.conversations.history({ channel: room, limit: 2, cursor });
    expect(rest.messages).toMatchObject([{ text: 'first', reply_count: 1 }]);
    expect(rest.messages?.[0]?.metadata).toBeUndefined();

    const bounds = { channel: room, oldest: first.ts, latest: first.ts, include_all_metadata: true };
    expect((await client.conversations.history(bounds)).messages).toEqual([]);
    const found = await client.conversations.history({ ...bounds, inclusive: true });
    expect(found.messages).toMatchObject([{ text: 'first', metadata }]);
  });

  test('a post to a person lands in the direct messages, and its channel can be updated', async () => {
    const client = buildClient(sandbox);
    const { channel = '', ts = '' } = await client.chat.postMessage({ channel: 'UMIKE', text: 'Hello' });
    expect(channel).toBe('DMIKE');
    await client.chat.update({ channel, ts, text: 'Hello again' });
    expect(sandbox.as('mike').directMessages()).toMatchObject([{ text: 'Hello again' }]);
  });

  test('ephemerals reach their reader and no history', async () => {
    const client = buildClient(sandbox);
    await client.chat.postEphemeral({ channel: room, user: 'UDANA', text: 'psst' });
    expect(sandbox.as('dana').ephemerals(room)).toMatchObject([{ text: 'psst' }]);
    expect(sandbox.as('sam').ephemerals(room)).toEqual([]);
    expect((await client.conversations.history({ channel: room })).messages).toEqual([]);
  });

  test('an update without blocks keeps them; with an empty list it drops them', async () => {
    const client = buildClient(sandbox);
    const blocks = [{ type: 'divider' }] as const;
    const { ts = '' } = await client.chat.postMessage({ channel: room, text: 'a', blocks: [...blocks] });
    await client.chat.update({ channel: room, ts, text: 'b' });
    expect(sandbox.state.message(room, ts)?.blocks).toHaveLength(1);
    await client.chat.update({ channel: room, ts, text: 'c', blocks: [] });
    expect(sandbox.state.message(room, ts)?.blocks).toEqual([]);
  });

  test('pins: added once, listed, removed', async () => {
    const client = buildClient(sandbox);
    const { ts = '' } = await client.chat.postMessage({ channel: room, text: 'Headline' });
    await client.pins.add({ channel: room, timestamp: ts });
    await expect(client.pins.add({ channel: room, timestamp: ts })).rejects.toThrow('already_pinned');
    expect((await client.pins.list({ channel: room })).items).toHaveLength(1);
    await client.pins.remove({ channel: room, timestamp: ts });
    expect(sandbox.state.pins(room)).toEqual([]);
  });
});

describe('people, groups and files', () => {
  test('zone offsets follow the season of the clock', async () => {
    const client = buildClient(sandbox);
    const offset = async (user: string) => (await client.users.info({ user })).user?.tz_offset;
    await expect(offset('URAVI')).resolves.toBe(19_800);
    await expect(offset('UPRIYA')).resolves.toBe(-18_000);
    clock.set(new Date('2027-07-01T12:00:00Z'));
    await expect(offset('UPRIYA')).resolves.toBe(-14_400);
    clock.set(new Date('2026-12-05T21:00:00Z'));
  });

  test('members come in pages, groups with their users', async () => {
    const client = buildClient(sandbox);
    const page = await client.conversations.members({ channel: room, limit: 4 });
    expect(page.members).toHaveLength(4);
    expect(page.response_metadata?.next_cursor).not.toBe('');
    const { usergroups } = await client.usergroups.list({ include_users: true });
    expect(usergroups?.find((group) => group.handle === 'dba')?.users).toEqual(['UMAX', 'URAVI']);
  });

  test('a file uploaded by the bot arrives in the channel and can be fetched with the token only', async () => {
    const client = buildClient(sandbox);
    const upload = { channel_id: room, filename: 'record.md', content: '# Record', initial_comment: 'Here' };
    await client.filesUploadV2(upload);
    const [message] = sandbox.state.messages(room);
    const file = sandbox.state.file(message?.files[0] ?? '');
    expect(message?.text).toBe('Here');
    expect(file).toMatchObject({ name: 'record.md', mimetype: 'text/markdown' });
    const url = file?.url_private ?? '';
    const headers = { authorization: `Bearer ${sandbox.credentials.botToken}` };
    await expect(fetch(url, { headers }).then((response) => response.text())).resolves.toBe('# Record');
    await expect(fetch(url, { redirect: 'manual' })).resolves.toMatchObject({ status: 302 });
  });

  test('a person whose file the app asks for', async () => {
    const { id } = sandbox.as('dana').uploadFile('plan.yaml', 'upgrade: x');
    const { file } = await buildClient(sandbox).files.info({ file: id });
    expect(file).toMatchObject({ name: 'plan.yaml', user: 'UDANA', size: 10 });
  });
});

describe('channels', () => {
  test('the bot joins a public channel, and invites people into it', async () => {
    const client = buildClient(sandbox);
    await client.conversations.join({ channel: 'CFINANCE' });
    await client.conversations.invite({ channel: 'CFINANCE', users: 'UDANA,UEMMA' });
    expect(sandbox.state.channel('#finance')?.members).toEqual([
      'UEMMA',
      'UPRIYA',
      sandbox.botUserId,
      'UDANA',
    ]);
    const again = client.conversations.invite({ channel: 'CFINANCE', users: 'UDANA' });
    await expect(again).rejects.toThrow('already_in_channel');
  });

  test('the list shows public channels and the private ones the bot is in', async () => {
    const client = buildClient(sandbox);
    const names = async (types: string) =>
      (await client.conversations.list({ types })).channels?.map((channel) => channel.name);
    await expect(names('public_channel')).resolves.toContain('finance');
    await expect(names('private_channel')).resolves.toEqual([]);
    sandbox.changeChannel('#leadership', { members: ['UGRACE', sandbox.botUserId] });
    await expect(names('private_channel')).resolves.toEqual(['leadership']);
  });

  test('opening a conversation twice gives the same channel', async () => {
    const client = buildClient(sandbox);
    const open = async () => (await client.conversations.open({ users: 'UMIKE' })).channel?.id;
    await expect(open()).resolves.toBe('DMIKE');
    await expect(open()).resolves.toBe('DMIKE');
    const { channel } = await client.conversations.info({ channel: 'DMIKE' });
    expect(channel).toMatchObject({ is_im: true, user: 'UMIKE' });
  });

  test('a thread comes whole, the parent first; permalinks point at a message', async () => {
    const client = buildClient(sandbox);
    const { ts = '' } = await client.chat.postMessage({ channel: room, text: 'parent' });
    await client.chat.postMessage({ channel: room, text: 'one', thread_ts: ts });
    await client.chat.postMessage({ channel: room, text: 'two', thread_ts: ts, reply_broadcast: true });
    const { messages } = await client.conversations.replies({ channel: room, ts });
    expect(messages?.map((message) => message.text)).toEqual(['parent', 'one', 'two']);
    expect(sandbox.state.messages(room).map((message) => message.text)).toEqual(['parent', 'two']);
    const link = await client.chat.getPermalink({ channel: room, message_ts: ts });
    expect(link.permalink).toBe(`${sandbox.url}/archives/${room}/p${ts.replace('.', '')}`);
  });
});
