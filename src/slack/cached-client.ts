import { realMilliseconds } from '../clock.ts';
import type { SlackClient } from './port.ts';

/** How long an answer about people, channels or groups is taken as true. Real seconds: long enough for a burst, short enough for a change. */
const FRESH_MS = 15_000;

/** `user` is not among them: what somebody may do hangs on who they are at the moment of the act. */
type Lookup =
  | 'recentUser'
  | 'userByEmail'
  | 'users'
  | 'channel'
  | 'channels'
  | 'members'
  | 'groups'
  | 'groupMembers';
const LOOKUPS: readonly Lookup[] = [
  'recentUser',
  'userByEmail',
  'users',
  'channel',
  'channels',
  'members',
  'groups',
  'groupMembers',
];

/** The same client, asking Slack the same question at most once in a while; failed answers are not kept. */
export function withCache(client: SlackClient): SlackClient {
  const answers = new Map<string, { until: number; answer: Promise<unknown> }>();
  const ask = (lookup: Lookup, args: unknown[]): Promise<unknown> => {
    const now = realMilliseconds();
    const key = `${lookup} ${args.join(' ')}`;
    const kept = answers.get(key);
    if (kept && kept.until > now) return kept.answer;
    for (const [old, { until }] of answers) if (until <= now) answers.delete(old);
    const answer = (client[lookup] as (...args: unknown[]) => Promise<unknown>).apply(client, args);
    // Counted from the answer: a list of 20,000 people takes longer than it stays fresh.
    const asking = { until: Number.POSITIVE_INFINITY, answer };
    answers.set(key, asking);
    answer.then(
      () => {
        asking.until = realMilliseconds() + FRESH_MS;
      },
      () => answers.delete(key),
    );
    return answer;
  };
  return new Proxy(client, {
    get(target, property) {
      if (LOOKUPS.includes(property as Lookup)) return (...args: unknown[]) => ask(property as Lookup, args);
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
