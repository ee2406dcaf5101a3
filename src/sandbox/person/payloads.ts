import { messageJson } from '../api/json.ts';
import { appId, botId } from '../bot-user.ts';
import type { Core } from '../core.ts';
import type { Channel, Ephemeral, Message, User, View } from '../model.ts';
import { viewJson } from '../views.ts';

type Payload = Record<string, unknown>;

/** The token old apps verified requests by; apps that check signatures ignore it. */
const verificationToken = 'sandbox-verification-token';

export function commandPayload(
  core: Core,
  user: User,
  channel: Channel,
  command: string,
  text: string,
): Payload {
  const { team } = core.workspace;
  return {
    token: verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: nameIn(channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: appId,
    is_enterprise_install: 'false',
    response_url: core.url + core.responseUrls.issue({ channel: channel.id, user: user.id }),
    trigger_id: core.triggers.issue(user.id),
  };
}

export type Clicked = { message: Message } | { ephemeral: Ephemeral } | { view: View };

export function clickPayload(
  core: Core,
  user: User,
  clicked: Clicked,
  action: Payload,
  state: object,
): Payload {
  return {
    type: 'block_actions',
    ...common(core, user),
    ...('view' in clicked ? inView(core, clicked.view) : inMessage(core, user, clicked)),
    state,
    actions: [action],
  };
}

export const submissionPayload = (core: Core, user: User, view: View): Payload => ({
  type: 'view_submission',
  ...common(core, user),
  view: viewJson(core.workspace, view),
  response_urls: [],
});

export const closePayload = (core: Core, user: User, view: View, isCleared: boolean): Payload => ({
  type: 'view_closed',
  ...common(core, user),
  view: viewJson(core.workspace, view),
  is_cleared: isCleared,
});

export const eventPayload = (core: Core, event: Payload): Payload => ({
  token: verificationToken,
  team_id: core.workspace.team.id,
  api_app_id: appId,
  event,
  type: 'event_callback',
  event_id: core.workspace.nextId('Ev'),
  event_time: core.workspace.seconds(),
  authorizations: [
    {
      enterprise_id: null,
      team_id: core.workspace.team.id,
      user_id: core.workspace.bot.id,
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
  is_ext_shared_channel: false,
});

const common = (core: Core, user: User): Payload => ({
  team: { id: core.workspace.team.id, domain: core.workspace.team.domain },
  enterprise: null,
  is_enterprise_install: false,
  user: { id: user.id, username: user.name, name: user.name, team_id: user.team_id },
  api_app_id: appId,
  token: verificationToken,
  trigger_id: core.triggers.issue(user.id),
});

/** Payloads do not tell the names of private conversations. */
const nameIn = (channel: Channel): string =>
  ({ public: channel.name, private: 'privategroup', im: 'directmessage' })[channel.kind];

const inView = (core: Core, view: View): Payload => ({
  container: { type: 'view', view_id: view.id },
  view: viewJson(core.workspace, view),
});

function inMessage(
  core: Core,
  user: User,
  clicked: { message: Message } | { ephemeral: Ephemeral },
): Payload {
  const source = 'message' in clicked ? clicked.message : clicked.ephemeral;
  const channel = core.workspace.channel(source.channel);
  const url = core.responseUrls.issue({
    channel: source.channel,
    user: user.id,
    source: 'message' in clicked ? { ts: source.ts } : { ephemeral: clicked.ephemeral.id },
    threadTs: source.thread_ts,
  });
  return {
    container: {
      type: 'message',
      message_ts: source.ts,
      channel_id: source.channel,
      is_ephemeral: 'ephemeral' in clicked,
      ...(source.thread_ts ? { thread_ts: source.thread_ts } : {}),
    },
    channel: { id: source.channel, name: channel && nameIn(channel) },
    message:
      'message' in clicked
        ? messageJson(core.workspace, clicked.message, true)
        : {
            type: 'message',
            subtype: 'bot_message',
            bot_id: botId,
            ts: source.ts,
            text: source.text,
            blocks: source.blocks,
          },
    response_url: core.url + url,
  };
}
