import type { Block, Broadcast, Mentions } from './model.ts';

export interface MentionRules {
  /** Plain `@here` in the text counts too: `parse: 'full'` or `link_names`. */
  linkNames: boolean;
}

/** Everyone a message calls, from its text and its blocks together; user text that stays text calls nobody. */
export function findMentions(text: string, blocks: readonly Block[], rules: MentionRules): Mentions {
  const found = new Found();
  found.inMarkup(text, rules.linkNames);
  for (const block of blocks) found.inObject(block);
  return found.result();
}

/** Text as Slack stores it: `&`, `<` and `>` are escaped unless they belong to markup or are escaped already. */
export function storeText(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replace(markupOrBracket, (match) => (match.length > 1 ? match : match === '<' ? '&lt;' : '&gt;'));
}

const markupOrBracket =
  /<(?:@[UW][A-Z0-9]+|#[CDG][A-Z0-9]+|!(?:here|channel|everyone|subteam\^S[A-Z0-9]+|date\^[^>]+)|(?:https?:\/\/|mailto:|tel:)[^<>|\s]+)(?:\|[^<>]*)?>|[<>]/g;

/** What a person typed, as Slack's client sends it: names become mentions where the person picked them, all else is escaped. */
export function typedText(
  text: string,
  find: { user(name: string): string | undefined; group(handle: string): string | undefined },
): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return escaped.replace(/(^|[\s(])@([a-z0-9._-]+)/gi, (all, before: string, name: string) => {
    const user = find.user(name);
    if (user) return `${before}<@${user}>`;
    const group = find.group(name);
    if (group) return `${before}<!subteam^${group}>`;
    return isBroadcast(name) ? `${before}<!${name}>` : all;
  });
}

const isBroadcast = (name: string): name is Broadcast =>
  name === 'here' || name === 'channel' || name === 'everyone';

class Found {
  #users = new Set<string>();
  #groups = new Set<string>();
  #broadcasts = new Set<Broadcast>();

  inMarkup(text: string, plainNames: boolean): void {
    for (const [, user] of text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)) if (user) this.#users.add(user);
    for (const [, group] of text.matchAll(/<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>/g)) {
      if (group) this.#groups.add(group);
    }
    for (const [, name] of text.matchAll(/<!(here|channel|everyone)(?:\|[^>]*)?>/g)) this.#broadcast(name);
    if (plainNames) {
      for (const [, name] of text.matchAll(/(?<![\w<!])@(here|channel|everyone)\b/g)) this.#broadcast(name);
    }
  }

  inObject(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.inObject(item);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Record<string, unknown>;
    if (node.type === 'mrkdwn') this.inMarkup(String(node.text), node.verbatim !== true);
    else if (node.type === 'markdown') this.inMarkup(String(node.text), true);
    else if (node.type === 'user') this.#users.add(String(node.user_id));
    else if (node.type === 'usergroup') this.#groups.add(String(node.usergroup_id));
    else if (node.type === 'broadcast') this.#broadcast(node.range);
    else for (const item of Object.values(node)) this.inObject(item);
  }

  result(): Mentions {
    return { users: [...this.#users], groups: [...this.#groups], broadcasts: [...this.#broadcasts] };
  }

  #broadcast(name: unknown): void {
    if (typeof name === 'string' && isBroadcast(name)) this.#broadcasts.add(name);
  }
}
