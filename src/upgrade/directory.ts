import type { SlackClient, SlackUser } from '../slack/port.ts';
import type { Directory, FoundUser } from './plan/references.ts';

/** Looks up in Slack what a plan names. Throws a `SlackFailure` where Slack cannot be asked. */
export function slackDirectory(slack: SlackClient, teamId: string): Directory {
  const found = (user: SlackUser | undefined): FoundUser =>
    user && {
      id: user.id,
      guest: user.guest,
      bot: user.bot,
      deactivated: user.deactivated,
      foreign: user.teamId !== teamId,
    };
  return {
    async user(written) {
      // Handles are in lower case, so only an id looks like this.
      if (/^[UW][A-Z0-9]+$/.test(written)) return found(await slack.user(written));
      if (/^[^@\s]+@[^@\s]+$/.test(written)) return found(await slack.userByEmail(written));
      const name = written.replace(/^@/, '').toLowerCase();
      return found((await slack.users()).find((user) => user.name.toLowerCase() === name));
    },
    async channel(written) {
      const channel = /^[CG][A-Z0-9]+$/.test(written)
        ? await slack.channel(written)
        : (await slack.channels()).find(({ name }) => name === written.replace(/^#/, '').toLowerCase());
      return channel && { id: channel.id, archived: channel.archived, botIsMember: channel.joined };
    },
    async group(written) {
      const handle = written.replace(/^@/, '').toLowerCase();
      const group = (await slack.groups()).find(
        (each) => each.id === written || each.handle.toLowerCase() === handle,
      );
      return group && { id: group.id, disabled: false };
    },
  };
}
