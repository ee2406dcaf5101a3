import { realMilliseconds } from '../clock.ts';
import type { SlackClient, SlackUser } from '../slack/port.ts';
import { Turns } from '../slack/turns.ts';
import { whenAllowed } from '../slack/when-allowed.ts';
import type { Directory, FoundUser } from './plan/references.ts';

/** How many people of one plan are looked up at a time. */
const AT_ONCE = 10;
/**
 * Real milliseconds. Slack looks up some hundred people a minute: a plan that names more of them is read slowly instead of
 * not at all, except from a form, which has to be answered within three seconds.
 */
export const PATIENCE = { form: 2_000, other: 30_000 };

/**
 * Looks up in Slack what a plan names, waiting out Slack's limits for so long. Throws a `SlackFailure` where Slack cannot
 * be asked.
 */
export function slackDirectory(slack: SlackClient, teamId: string, patienceMs = PATIENCE.other): Directory {
  const turns = new Turns(AT_ONCE);
  const until = realMilliseconds() + patienceMs;
  const patiently = <T>(ask: () => Promise<T>): Promise<T> => turns.take(() => whenAllowed(ask, until));
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
      if (/^[UW][A-Z0-9]+$/.test(written)) return found(await patiently(() => slack.recentUser(written)));
      if (/^[^@\s]+@[^@\s]+$/.test(written)) return found(await patiently(() => slack.userByEmail(written)));
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
