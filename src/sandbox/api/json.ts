import { appId, botId } from '../bot-user.ts';
import type { Channel, Group, Message, SlackFile, User } from '../model.ts';
import type { Workspace } from '../workspace.ts';
import type { Call } from './method.ts';

/** The message as `conversations.history` gives it; metadata only where it was asked for. */
export function messageJson(workspace: Workspace, message: Message, withMetadata: boolean): object {
  const { mentions: _, metadata, channel, files, blocks, ...plain } = message;
  const replies = message.thread_ts ? [] : workspace.thread(channel, message.ts).slice(1);
  const pinned = workspace.pins(channel).some((pin) => pin.ts === message.ts);
  return {
    type: 'message',
    ...plain,
    team: workspace.team.id,
    ...(message.bot_id ? { app_id: appId, bot_profile: botProfile(workspace) } : {}),
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(withMetadata && metadata ? { metadata } : {}),
    ...(files.length > 0 ? { files: files.map((id) => fileJson(workspace.file(id))) } : {}),
    ...(pinned ? { pinned_to: [channel] } : {}),
    ...(replies.length > 0
      ? {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map((reply) => reply.user))],
          latest_reply: replies.at(-1)?.ts,
        }
      : {}),
  };
}

const botProfile = (workspace: Workspace): object => ({
  id: botId,
  app_id: appId,
  name: workspace.bot.real_name,
  team_id: workspace.team.id,
  deleted: false,
});

export const fileJson = (file: SlackFile | undefined): object | undefined =>
  file && {
    ...file,
    filetype: file.name.split('.').at(-1) ?? 'text',
    mode: 'hosted',
    is_external: false,
    url_private_download: file.url_private,
  };

export function userJson(call: Call, user: User): object {
  const { workspace, clock, manifest } = call.core;
  const withEmail = manifest.botScopes.includes('users:read.email');
  return {
    id: user.id,
    team_id: user.team_id,
    name: user.name,
    deleted: user.deleted,
    real_name: user.real_name,
    tz: user.tz,
    tz_label: zonePart(user.tz, clock.now(), 'long'),
    tz_offset: offsetSeconds(user.tz, clock.now()),
    is_admin: false,
    is_owner: false,
    is_restricted: user.is_restricted,
    is_ultra_restricted: false,
    is_bot: user.is_bot,
    is_app_user: false,
    ...(user.team_id === workspace.team.id ? {} : { is_stranger: true }),
    ...(call.flag('include_locale') ? { locale: user.locale } : {}),
    profile: {
      real_name: user.real_name,
      display_name: user.name,
      title: user.title,
      team: user.team_id,
      ...(withEmail && user.email ? { email: user.email } : {}),
    },
  };
}

export function channelJson(workspace: Workspace, channel: Channel): object {
  return {
    id: channel.id,
    created: channel.created,
    is_archived: channel.is_archived,
    ...(channel.kind === 'im'
      ? { is_im: true, user: channel.user, is_user_deleted: workspace.user(channel.user ?? '')?.deleted }
      : {
          name: channel.name,
          name_normalized: channel.name,
          is_channel: true,
          is_group: false,
          is_im: false,
          is_private: channel.kind === 'private',
          is_member: channel.members.includes(workspace.bot.id),
          is_shared: channel.members.some((id) => workspace.user(id)?.team_id !== workspace.team.id),
          topic: { value: channel.topic, creator: '', last_set: 0 },
          purpose: { value: '', creator: '', last_set: 0 },
          num_members: channel.members.length,
        }),
  };
}

export const groupJson = (workspace: Workspace, group: Group, withUsers: boolean): object => ({
  id: group.id,
  team_id: workspace.team.id,
  is_usergroup: true,
  name: group.name,
  handle: group.handle,
  date_delete: 0,
  user_count: group.users.length,
  ...(withUsers ? { users: group.users } : {}),
});

function zonePart(zone: string, at: Date, style: 'long' | 'longOffset'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: style }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

function offsetSeconds(zone: string, at: Date): number {
  const match = /([+-])(\d{2}):(\d{2})/.exec(zonePart(zone, at, 'longOffset'));
  if (!match) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === '-' ? -seconds : seconds;
}
