import { botId } from './bot-user.ts';
import { SlackFailure } from './failure.ts';
import { findMentions, storeText } from './mentions.ts';
import type { Channel, Message, MessageMetadata } from './model.ts';
import type { Content } from './validate/message.ts';
import type { Workspace } from './workspace.ts';

export interface BotPost {
  channel: Channel;
  content: Content;
  threadTs?: string;
  replyBroadcast?: boolean;
  metadata?: MessageMetadata;
  linkNames?: boolean;
  files?: string[];
}

/** Adds the bot's message. Throws `is_archived` or `thread_not_found`. */
export function postAsBot(workspace: Workspace, post: BotPost): Message {
  const { channel, content } = post;
  if (channel.is_archived) throw new SlackFailure('is_archived');
  if (post.threadTs && !workspace.message(channel.id, post.threadTs)) {
    throw new SlackFailure('thread_not_found');
  }
  const text = storeText(content.text ?? '');
  const blocks = content.blocks ?? [];
  return workspace.addMessage({
    channel: channel.id,
    user: workspace.bot.id,
    bot_id: botId,
    text,
    blocks,
    ...(post.threadTs ? { thread_ts: post.threadTs } : {}),
    ...(post.threadTs && post.replyBroadcast ? { reply_broadcast: true } : {}),
    ...(post.metadata ? { metadata: post.metadata } : {}),
    files: post.files ?? [],
    mentions: findMentions(text, blocks, { linkNames: post.linkNames ?? false }),
  });
}

/** Replaces text and, where given, blocks; blocks that are not given stay. */
export function editAsBot(
  workspace: Workspace,
  message: Message,
  content: Content,
  options: { metadata?: MessageMetadata; linkNames?: boolean } = {},
): void {
  const text = content.text === undefined ? message.text : storeText(content.text);
  const blocks = content.blocks ?? message.blocks;
  workspace.changeMessage(message, {
    text,
    blocks,
    edited: { user: workspace.bot.id, ts: workspace.nextTs() },
    mentions: findMentions(text, blocks, { linkNames: options.linkNames ?? false }),
    ...(options.metadata ? { metadata: options.metadata } : {}),
  });
}
