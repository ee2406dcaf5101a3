import { SlackFailure } from '../failure.ts';
import { messageJson } from './json.ts';
import type { Answer, Call, Method } from './method.ts';

export const pins: Record<string, Method> = {
  'pins.add': { scope: 'pins:write', tier: 'tier2', required: ['channel', 'timestamp'], run: add },
  'pins.remove': { scope: 'pins:write', tier: 'tier2', required: ['channel', 'timestamp'], run: remove },
  'pins.list': { scope: 'pins:read', tier: 'tier2', required: ['channel'], run: list },
};

function add(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.joinedChannel();
  const ts = call.text('timestamp');
  if (channel.is_archived) throw new SlackFailure('is_archived');
  if (!workspace.message(channel.id, ts)) throw new SlackFailure('message_not_found');
  const pinned = workspace.pins(channel.id);
  if (pinned.some((pin) => pin.ts === ts)) throw new SlackFailure('already_pinned');
  const pin = { channel: channel.id, ts, by: workspace.bot.id, created: workspace.seconds() };
  workspace.setPins(channel.id, [...pinned, pin]);
  return {};
}

function remove(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.joinedChannel();
  const ts = call.text('timestamp');
  const pinned = workspace.pins(channel.id);
  if (!pinned.some((pin) => pin.ts === ts)) throw new SlackFailure('no_pin');
  workspace.setPins(
    channel.id,
    pinned.filter((pin) => pin.ts !== ts),
  );
  return {};
}

function list(call: Call): Answer {
  const { workspace } = call.core;
  const channel = call.joinedChannel();
  const items = workspace.pins(channel.id).flatMap((pin) => {
    const message = workspace.message(pin.channel, pin.ts);
    return message
      ? [
          {
            type: 'message',
            channel: pin.channel,
            created: pin.created,
            created_by: pin.by,
            message: messageJson(workspace, message, false),
          },
        ]
      : [];
  });
  return { items };
}
