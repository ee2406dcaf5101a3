import { SlackFailure } from '../failure.ts';
import type { Channel, Message } from '../model.ts';
import { refuseDirectMessage } from './chat.ts';
import { channelJson, messageJson } from './json.ts';
import { type Answer, type Call, type Method, page } from './method.ts';

export const conversations: Record<string, Method> = {
  'conversations.open': { scope: 'im:write', tier: 'tier3', run: open },
  'conversations.info': { tier: 'tier3', required: ['channel'], run: info },
  'conversations.list': { tier: 'tier2', run: list },
  'conversations.members': { tier: 'tier4', required: ['channel'], run: members },
  'conversations.history': { tier: 'tier3', required: ['channel'], run: history },
  'conversations.replies': { tier: 'tier3', required: ['channel', 'ts'], run: replies },
  'conversations.invite': { tier: 'tier3', required: ['channel', 'users'], run: invite },
  'conversations.join': { scope: 'channels:join', tier: 'tier3', required: ['channel'], run: join },
};

function open(call: Call): Answer {
  const { workspace } = call.core;
  const users = call.list('users');
  const [user] = users;
  if (call.optionalText('channel')) return { channel: channelJson(workspace, call.joinedChannel()) };
  if (!user) throw new SlackFailure('users_list_not_supplied');
  if (users.length > 1) throw new SlackFailure('method_not_supported_for_channel_type');
  if (!workspace.user(user)) throw new SlackFailure('user_not_found');
  refuseDirectMessage(call, user);
  const known = workspace.channels.some((channel) => channel.kind === 'im' && channel.user === user);
  const channel = workspace.directMessage(user);
  return {
    ...(known ? { no_op: true, already_open: true } : {}),
    channel: call.flag('return_im') ? channelJson(workspace, channel) : { id: channel.id },
  };
}

function info(call: Call): Answer {
  const channel = call.channel();
  call.needChannelScope(channel, 'read');
  return { channel: channelJson(call.core.workspace, channel) };
}

const kinds: Record<string, Channel['kind']> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
};

function list(call: Call): Answer {
  const { workspace } = call.core;
  const types = call.list('types');
  const wanted = (types.length > 0 ? types : ['public_channel']).flatMap((type) => kinds[type] ?? []);
  for (const kind of wanted) call.needChannelScope({ kind } as Channel, 'read');
  const visible = workspace.channels.filter(
    (channel) =>
      wanted.includes(channel.kind) &&
      (channel.kind === 'public' || channel.members.includes(workspace.bot.id)) &&
      !(call.flag('exclude_archived') && channel.is_archived),
  );
  const { items, response_metadata } = page(call, visible, 100, 1000);
  return { channels: items.map((channel) => channelJson(workspace, channel)), response_metadata };
}

function members(call: Call): Answer {
  const channel = call.channel();
  call.needChannelScope(channel, 'read');
  const { items, response_metadata } = page(call, channel.members, 100, 999);
  return { members: items, response_metadata };
}

function history(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.joinedChannel();
  call.needChannelScope(channel, 'history');
  const newestFirst = workspace.messages(channel.id).filter(within(call)).reverse();
  const { items, response_metadata } = page(call, newestFirst, 100, 999);
  const withMetadata = call.flag('include_all_metadata');
  return {
    messages: items.map((message) => messageJson(workspace, message, withMetadata)),
    has_more: response_metadata.next_cursor !== '',
    pin_count: workspace.pins(channel.id).length,
    response_metadata,
  };
}

function replies(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.joinedChannel();
  call.needChannelScope(channel, 'history');
  const [parent, ...answers] = workspace.thread(channel.id, call.text('ts'));
  if (!parent) throw new SlackFailure('thread_not_found');
  const { items, response_metadata } = page(call, [parent, ...answers.filter(within(call))], 1000, 1000);
  const withMetadata = call.flag('include_all_metadata');
  return {
    messages: items.map((message) => messageJson(workspace, message, withMetadata)),
    has_more: response_metadata.next_cursor !== '',
    response_metadata,
  };
}

/** Between `oldest` and `latest`, the bounds themselves only when `inclusive`. */
function within(call: Call): (message: Message) => boolean {
  const oldest = micros(call.optionalText('oldest') ?? '0');
  const latest = micros(call.optionalText('latest') ?? '99999999999');
  const inclusive = call.flag('inclusive');
  return (message) => {
    const at = micros(message.ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function micros(ts: string): number {
  const value = Math.round(Number(ts) * 1_000_000);
  if (Number.isNaN(value)) throw new SlackFailure('invalid_ts_oldest');
  return value;
}

function invite(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.joinedChannel();
  call.needScope(channel.kind === 'private' ? 'groups:write' : 'channels:manage', 'channels:write.invites');
  if (channel.is_archived) throw new SlackFailure('is_archived');
  const users = call.list('users');
  if (users.length > 100) throw new SlackFailure('too_many_users');
  if (users.includes(workspace.bot.id)) throw new SlackFailure('cant_invite_self');
  const unknown = users.filter((id) => !workspace.user(id) || workspace.user(id)?.deleted);
  if (unknown.length > 0) throw new SlackFailure('user_not_found');
  if (users.every((id) => channel.members.includes(id))) throw new SlackFailure('already_in_channel');
  workspace.addMembers(channel, users);
  return { channel: channelJson(workspace, channel) };
}

function join(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.channel();
  if (channel.kind !== 'public') throw new SlackFailure('method_not_supported_for_channel_type');
  if (channel.is_archived) throw new SlackFailure('is_archived');
  workspace.addMembers(channel, [workspace.bot.id]);
  return { channel: channelJson(workspace, channel) };
}
