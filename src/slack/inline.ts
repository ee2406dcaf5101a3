/**
 * What a line of a message is made of. Text is only ever text: it is drawn as a rich-text element or escaped, so that
 * nothing that somebody typed can become a mention, a link or markup.
 */
export type Inline =
  | { type: 'text'; text: string; style?: Style }
  | { type: 'user'; id: string }
  | { type: 'channel'; id: string }
  | { type: 'group'; id: string }
  /** `format` in Slack's date tokens, read in each reader's own zone; `fallback` names its zone. */
  | { type: 'date'; at: Date; format: string; fallback: string; style?: Style };

interface Style {
  bold?: true;
  italic?: true;
  code?: true;
}

/** `&`, `<` and `>` as Slack wants them; and no word that a text field could take for a call to everyone. */
export const escapeText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=here|channel|everyone)/gi, '@\u2060');

/** As mrkdwn, for the `text` of a message and for context elements. */
export function toMrkdwn(inline: Inline): string {
  switch (inline.type) {
    case 'text':
      return escapeText(inline.text);
    case 'user':
      return `<@${inline.id}>`;
    case 'channel':
      return `<#${inline.id}>`;
    case 'group':
      return `<!subteam^${inline.id}>`;
    case 'date':
      return `<!date^${seconds(inline.at)}^${escapeText(inline.format)}|${escapeText(inline.fallback)}>`;
  }
}

/** As an element of a rich-text section. */
export function toRichText(inline: Inline) {
  switch (inline.type) {
    case 'text':
      return { type: 'text' as const, text: inline.text, ...styleOf(inline) };
    case 'user':
      return { type: 'user' as const, user_id: inline.id };
    case 'channel':
      return { type: 'channel' as const, channel_id: inline.id };
    case 'group':
      return { type: 'usergroup' as const, usergroup_id: inline.id };
    case 'date':
      return {
        type: 'date' as const,
        timestamp: seconds(inline.at),
        format: inline.format,
        fallback: inline.fallback,
        ...styleOf(inline),
      };
  }
}

const styleOf = ({ style }: { style?: Style }) => (style ? { style } : {});

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);

/** At most `length` characters (UTF-16 units, as Slack counts), cut between characters and with a sign that it was. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, Math.max(0, length - 1)).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.trimEnd()}…`;
}
