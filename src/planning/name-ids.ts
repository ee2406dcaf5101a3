import type { Problem } from '../errors.ts';
import type { SlackClient } from '../slack/port.ts';

/** Problems found in a form speak of Slack ids; people read names. */
export const nameIds = (slack: SlackClient, problems: readonly Problem[]): Promise<Problem[]> =>
  Promise.all(
    problems.map(async (problem) => {
      const [id = ''] = problem.message.split(' ', 1);
      const name = await nameOf(slack, id);
      return name ? { ...problem, message: problem.message.replace(id, name) } : problem;
    }),
  );

async function nameOf(slack: SlackClient, id: string): Promise<string | undefined> {
  if (/^[UW][A-Z0-9]{3,}$/.test(id)) return (await slack.recentUser(id))?.displayName;
  if (!/^[CG][A-Z0-9]{3,}$/.test(id)) return undefined;
  const channel = await slack.channel(id);
  return channel && `#${channel.name}`;
}
