import { appId, botId, slackbotId } from '../bot-user.ts';
import { SlackFailure } from '../failure.ts';
import type { User } from '../model.ts';
import { groupJson, userJson } from './json.ts';
import { type Answer, type Call, type Method, page } from './method.ts';

/** Who is who: tokens, the team, people, groups, bots. */
export const directory: Record<string, Method> = {
  'auth.test': { tier: 'none', run: authTest },
  'apps.connections.open': { token: 'app', tier: 'none', run: openConnection },
  'team.info': { scope: 'team:read', tier: 'tier3', run: ({ core }) => ({ team: core.workspace.team }) },
  'bots.info': { scope: 'users:read', tier: 'tier3', run: botsInfo },
  'users.info': { scope: 'users:read', tier: 'tier4', required: ['user'], run: userInfo },
  'users.list': { scope: 'users:read', tier: 'tier2', run: userList },
  'users.lookupByEmail': { scope: 'users:read.email', tier: 'tier3', required: ['email'], run: byEmail },
  'usergroups.list': { scope: 'usergroups:read', tier: 'tier2', run: groupList },
  'usergroups.users.list': {
    scope: 'usergroups:read',
    tier: 'tier2',
    required: ['usergroup'],
    run: groupUsers,
  },
};

function authTest({ core }: Call): Answer {
  const { team, bot } = core.workspace;
  return {
    url: `${core.url}/`,
    team: team.name,
    team_id: team.id,
    user: bot.name,
    user_id: bot.id,
    bot_id: botId,
    is_enterprise_install: false,
  };
}

function openConnection({ core }: Call): Answer {
  if (!core.manifest.socketMode) throw new SlackFailure('socket_mode_not_enabled');
  const ticket = core.socket.issueTicket();
  if (!ticket) throw new SlackFailure('too_many_websockets');
  return { url: `${core.url.replace(/^http/, 'ws')}/link/?ticket=${ticket}` };
}

function botsInfo({ core }: Call): Answer {
  const { bot } = core.workspace;
  return { bot: { id: botId, app_id: appId, user_id: bot.id, name: bot.real_name, deleted: false } };
}

function userInfo(call: Call): Answer {
  const user = findUser(call, call.text('user'));
  if (!user) throw new SlackFailure('user_not_found');
  return { user: userJson(call, user) };
}

const findUser = (call: Call, id: string): User | undefined =>
  id === slackbotId ? slackbot(call) : call.core.workspace.user(id);

/** Slack lists it among the people and does not call it a bot. */
const slackbot = (call: Call): User => ({
  ...call.core.workspace.bot,
  id: slackbotId,
  name: 'slackbot',
  real_name: 'Slackbot',
  is_bot: false,
});

function userList(call: Call): Answer {
  const { workspace } = call.core;
  const own = workspace.users.filter((user) => user.team_id === workspace.team.id);
  const { items, response_metadata } = page(call, [slackbot(call), ...own], 1000, 1000);
  return { members: items.map((user) => userJson(call, user)), response_metadata };
}

function byEmail(call: Call): Answer {
  const { workspace } = call.core;
  const email = call.text('email').toLowerCase();
  const user = workspace.users.find(
    (one) => one.email.toLowerCase() === email && one.team_id === workspace.team.id && !one.deleted,
  );
  if (!user) throw new SlackFailure('users_not_found');
  return { user: userJson(call, user) };
}

function groupList(call: Call): Answer {
  const { workspace } = call.core;
  const withUsers = call.flag('include_users');
  return { usergroups: workspace.groups.map((group) => groupJson(workspace, group, withUsers)) };
}

function groupUsers(call: Call): Answer {
  const group = call.core.workspace.group(call.text('usergroup'));
  if (!group) throw new SlackFailure('no_such_subteam');
  return { users: group.users };
}
