import { realMilliseconds } from '../clock.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../db/client.ts';
import { messageOf } from '../errors.ts';
import { WebSlackClient } from '../slack/client.ts';
import type { SlackChannel, SlackClient } from '../slack/port.ts';
import { whenAllowed } from '../slack/when-allowed.ts';
import { RUNNING, type State } from '../upgrade/lifecycle.ts';
import { keyOf, listUpgrades, type Upgrade } from '../upgrade/store.ts';
import { type Finding, orBad } from './finding.ts';

const SUBJECT = 'channels';
/** How long Slack's rate limits are waited out, for all channels together. Real milliseconds. */
const PATIENCE_MS = 60_000;

/** Those whose messages are still to come. */
const AHEAD: readonly State[] = ['scheduled', ...RUNNING];

/** Looks whether the bot can speak in every channel of every upgrade that is ahead or under way. */
export function examineChannels({
  databaseUrl,
  slack,
}: Pick<Config, 'databaseUrl' | 'slack'>): Promise<Finding[]> {
  return orBad(SUBJECT, 'Mend what is said of the database and of Slack first.', async () => {
    const client = new WebSlackClient({ token: slack.botToken, apiUrl: slack.apiUrl });
    const { teamId } = await client.identity();
    const { db, close } = openDatabase(databaseUrl, { max: 1 });
    try {
      const upgrades = await listUpgrades(db, teamId, { states: AHEAD, limit: 1_000 });
      return await examine(client, upgrades);
    } finally {
      await close();
    }
  });
}

async function examine(client: SlackClient, upgrades: Upgrade[]): Promise<Finding[]> {
  const users = new Map<string, string[]>();
  for (const upgrade of upgrades)
    for (const id of new Set(channelsOf(upgrade))) users.set(id, [...(users.get(id) ?? []), keyOf(upgrade)]);
  const until = realMilliseconds() + PATIENCE_MS;
  const found: Finding[] = [];
  for (const [id, keys] of users) found.push(...(await look(client, id, keys.join(', '), until)));
  if (found.length > 0) return found;
  const text =
    upgrades.length === 0
      ? 'no upgrade is ahead'
      : `in all ${users.size} of the ${upgrades.length} upgrades that are ahead`;
  return [{ subject: SUBJECT, state: 'good', text }];
}

const channelsOf = ({ plan: { channels, audience } }: Upgrade): string[] =>
  [channels.room, ...channels.announce, channels.support, ...audience.channels].filter(
    (id) => id !== undefined,
  );

/** What Slack does not tell of one channel says nothing of the others. */
async function look(client: SlackClient, id: string, keys: string, until: number): Promise<Finding[]> {
  try {
    return judge(id, await whenAllowed(() => client.channel(id), until), keys);
  } catch (error) {
    const text = `${keys}: Slack did not tell of the channel ${id}: ${messageOf(error)}`;
    return [{ subject: SUBJECT, state: 'doubtful', text, remedy: 'Run watchbell doctor again in a minute.' }];
  }
}

function judge(id: string, channel: SlackChannel | undefined, keys: string): Finding[] {
  const bad = (text: string, remedy: string): Finding[] => [{ subject: SUBJECT, state: 'bad', text, remedy }];
  if (!channel)
    return bad(
      `${keys}: I cannot see the channel ${id}`,
      'It is private without me in it, or gone: type /invite @Watchbell in it, or name another one in the plan.',
    );
  if (channel.archived)
    return bad(`${keys}: #${channel.name} is archived`, 'Unarchive it, or name another one in the plan.');
  if (!channel.joined)
    return bad(`${keys}: I am not in #${channel.name}`, `Type /invite @Watchbell in #${channel.name}.`);
  return [];
}
