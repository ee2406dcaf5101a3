import { failureWithMessages, SlackFailure } from '../failure.ts';
import { storeText } from '../mentions.ts';
import type { Channel, Message } from '../model.ts';
import { editAsBot, postAsBot } from '../posting.ts';
import { complaint } from '../validate/explain.ts';
import { checkContent, checkMetadata } from '../validate/message.ts';
import { messageJson } from './json.ts';
import { type Answer, Call, type Method } from './method.ts';

export const chat: Record<string, Method> = {
  'chat.postMessage': { scope: 'chat:write', tier: 'special', required: ['channel'], run: postMessage },
  'chat.update': { scope: 'chat:write', tier: 'tier3', required: ['channel', 'ts'], run: update },
  'chat.delete': { scope: 'chat:write', tier: 'tier3', required: ['channel', 'ts'], run: remove },
  'chat.postEphemeral': {
    scope: 'chat:write',
    tier: 'tier4',
    required: ['channel', 'user'],
    run: postEphemeral,
  },
  'chat.getPermalink': { tier: 'special', required: ['channel', 'message_ts'], run: getPermalink },
};

function postMessage(call: Call): Answer {
  refuseWhatIsNotShown(call);
  const channel = addressee(call);
  if (channel.is_archived) throw new SlackFailure('is_archived');
  const content = checkContent(call.args);
  const metadata = call.args.metadata === undefined ? undefined : checkMetadata(call.args.metadata);
  const message = postAsBot(call.core.workspace, {
    channel,
    content,
    metadata,
    threadTs: call.optionalText('thread_ts'),
    replyBroadcast: call.flag('reply_broadcast'),
    linkNames: call.flag('link_names') || call.text('parse') === 'full',
  });
  return {
    channel: channel.id,
    ts: message.ts,
    message: messageJson(call.core.workspace, message, true),
  };
}

/** Real Slack takes these; a sandbox that dropped them without a word would hide a defect. */
function refuseWhatIsNotShown(call: Call): void {
  const given = ['attachments', 'markdown_text'].filter((name) => call.args[name] !== undefined);
  if (given.length === 0) return;
  throw failureWithMessages(
    'invalid_arguments',
    given.map((name) => complaint('not supported by the sandbox', `/${name}`)),
  );
}

/** A channel the bot is in, or the direct messages of the person whose id was given. */
function addressee(call: Call): Channel {
  const { workspace } = call.core;
  const named = call.text('channel');
  if (!/^[UW]/.test(named)) {
    const byName = workspace.channel(named);
    const channel = byName && byName.id !== named ? byName : undefined;
    const joined = new Call(call.core, { ...call.args, channel: channel?.id ?? named }).joinedChannel();
    refuseDirectMessage(call, joined.user);
    return joined;
  }
  refuseDirectMessage(call, named);
  return workspace.directMessage(named);
}

/** Throws where the bot cannot write to this person. */
export function refuseDirectMessage(call: Call, userId: string | undefined): void {
  if (userId === undefined) return;
  const user = call.core.workspace.user(userId);
  if (!user) throw new SlackFailure('channel_not_found');
  if (user.deleted) throw new SlackFailure('user_disabled');
  if (user.is_bot) throw new SlackFailure('cannot_dm_bot');
  if (user.team_id !== call.core.workspace.team.id) throw new SlackFailure('user_not_visible');
}

function update(call: Call): Answer {
  const message = ownMessage(call, 'cant_update_message');
  const content = checkContent(call.args, 'update');
  const metadata = call.args.metadata === undefined ? undefined : checkMetadata(call.args.metadata);
  editAsBot(call.core.workspace, message, content, {
    metadata,
    linkNames: call.flag('link_names') || call.text('parse') === 'full',
  });
  return {
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: messageJson(call.core.workspace, message, true),
  };
}

function remove(call: Call): Answer {
  const message = ownMessage(call, 'cant_delete_message');
  call.core.workspace.deleteMessage(message);
  return { channel: message.channel, ts: message.ts };
}

function ownMessage(call: Call, otherwise: string): Message {
  const { workspace } = call.core;
  const channel = call.channel();
  const message = workspace.message(channel.id, call.text('ts'));
  if (!message) throw new SlackFailure('message_not_found');
  if (message.user !== workspace.bot.id) throw new SlackFailure(otherwise);
  if (channel.is_archived) throw new SlackFailure('is_archived');
  return message;
}

function postEphemeral(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.joinedChannel();
  if (channel.is_archived) throw new SlackFailure('is_archived');
  if (!channel.members.includes(call.text('user'))) throw new SlackFailure('user_not_in_channel');
  const content = checkContent(call.args);
  const ephemeral = workspace.addEphemeral({
    channel: channel.id,
    user: call.text('user'),
    author: workspace.bot.id,
    text: storeText(content.text ?? ''),
    blocks: content.blocks ?? [],
    ...(call.optionalText('thread_ts') ? { thread_ts: call.text('thread_ts') } : {}),
  });
  return { message_ts: ephemeral.ts };
}

function getPermalink(call: Call): Answer {
  const { workspace, url } = call.core;
  const channel = call.channel();
  const ts = call.text('message_ts');
  if (!workspace.message(channel.id, ts)) throw new SlackFailure('message_not_found');
  return { channel: channel.id, permalink: `${url}/archives/${channel.id}/p${ts.replace('.', '')}` };
}
