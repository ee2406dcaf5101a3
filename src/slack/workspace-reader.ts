import type { SlackChannel, SlackGroup, SlackUser } from './port.ts';
import { WebCaller } from './web-caller.ts';

/** Who and what there is in a workspace. */
export class WorkspaceReader extends WebCaller {
  async user(id: string): Promise<SlackUser | undefined> {
    return this.find('users.info', { user: id }, ['user_not_found', 'user_not_visible'], (answer) =>
      readUser(answer.user as RawUser),
    );
  }

  recentUser(id: string): Promise<SlackUser | undefined> {
    return this.user(id);
  }

  async userByEmail(email: string): Promise<SlackUser | undefined> {
    return this.find('users.lookupByEmail', { email }, ['users_not_found'], (answer) =>
      readUser(answer.user as RawUser),
    );
  }

  async users(): Promise<SlackUser[]> {
    return (await this.all('users.list', {}, 'members')).map((user) => readUser(user as RawUser));
  }

  async channel(id: string): Promise<SlackChannel | undefined> {
    return this.find('conversations.info', { channel: id }, ['channel_not_found'], (answer) =>
      readChannel(answer.channel as RawChannel),
    );
  }

  async channels(): Promise<SlackChannel[]> {
    const found = await this.all(
      'conversations.list',
      { types: 'public_channel,private_channel' },
      'channels',
    );
    return found.map((channel) => readChannel(channel as RawChannel));
  }

  async members(channel: string): Promise<string[]> {
    return (await this.all('conversations.members', { channel }, 'members')) as string[];
  }

  async groups(): Promise<SlackGroup[]> {
    const { usergroups } = await this.call('usergroups.list', {});
    return (usergroups as SlackGroup[]).map(({ id, handle }) => ({ id, handle }));
  }

  async groupMembers(group: string): Promise<string[]> {
    return (await this.call('usergroups.users.list', { usergroup: group })).users as string[];
  }
}

interface RawUser {
  id: string;
  team_id?: string;
  name?: string;
  tz?: string;
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  profile?: { display_name?: string; real_name?: string };
}
interface RawChannel {
  id: string;
  name?: string;
  is_archived?: boolean;
  is_member?: boolean;
}

const readUser = (user: RawUser): SlackUser => ({
  id: user.id,
  teamId: user.team_id ?? '',
  name: user.name ?? user.id,
  displayName: user.profile?.display_name || user.profile?.real_name || user.name || user.id,
  timezone: user.tz ?? 'UTC',
  bot: user.is_bot ?? false,
  guest: (user.is_restricted ?? false) || (user.is_ultra_restricted ?? false),
  deactivated: user.deleted ?? false,
});

const readChannel = (channel: RawChannel): SlackChannel => ({
  id: channel.id,
  name: channel.name ?? channel.id,
  archived: channel.is_archived ?? false,
  joined: channel.is_member ?? false,
});
