import { slackbotId } from '../bot-user.ts';
import type { Core } from '../core.ts';
import { SlackFailure } from '../failure.ts';
import { type Acknowledged, type Channel, Refusal, type User } from '../model.ts';
import { commandPayload } from './payloads.ts';

/** Sends a slash command and shows its reply; where the app fails, Slackbot says so as it does in Slack. */
export async function runCommand(
  core: Core,
  user: User,
  channel: Channel,
  command: string,
  text: string,
): Promise<Acknowledged> {
  if (user.team_id !== core.workspace.team.id) {
    throw new Refusal('external', 'People of other organisations cannot run slash commands.');
  }
  if (!core.manifest.commands.some((one) => one.command === command)) {
    throw new Refusal('no_such_command', `${command} is not a valid command.`);
  }
  const payload = commandPayload(core, user, channel, command, text);
  const reply = await core.link.deliver({ type: 'slash_commands', payload });
  if (!reply.acknowledged) {
    return tellFailure(core, user, channel, `${command} failed with the error "${reply.failure}"`);
  }
  const body = (reply.body ?? {}) as Record<string, unknown>;
  if (body.text === undefined && body.blocks === undefined) return { acknowledged: true };
  try {
    core.responseUrls.reply({ channel: channel.id, user: user.id }, body);
    return { acknowledged: true };
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    return tellFailure(core, user, channel, `${command} failed with the error "${error.code}"`);
  }
}

function tellFailure({ workspace }: Core, user: User, channel: Channel, failure: string): Acknowledged {
  workspace.addEphemeral({
    channel: channel.id,
    user: user.id,
    author: slackbotId,
    text: failure,
    blocks: [],
  });
  return { acknowledged: false, failure };
}
