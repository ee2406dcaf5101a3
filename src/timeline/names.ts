import type { SlackClient } from '../slack/port.ts';

/** What people, channels and groups are called, by their Slack id; an id that is gone stands for itself. */
export type Names = (id: string) => string;

/** Asks Slack once for each kind: a record may name hundreds. */
export async function readNames(slack: SlackClient): Promise<Names> {
  const [users, channels, groups] = await Promise.all([slack.users(), slack.channels(), slack.groups()]);
  const names = new Map<string, string>([
    ...users.map(({ id, displayName }): [string, string] => [id, displayName]),
    ...channels.map(({ id, name }): [string, string] => [id, `#${name}`]),
    ...groups.map(({ id, handle }): [string, string] => [id, `@${handle}`]),
  ]);
  return (id) => names.get(id) ?? id;
}
