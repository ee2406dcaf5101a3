import type { Child } from 'hono/jsx';
import { formatSlackDate } from './dates.ts';
import { withEmoji } from './emoji.ts';
import {
  BroadcastMention,
  ChannelMention,
  GroupMention,
  isBroadcast,
  Link,
  UserMention,
} from './mentions.tsx';
import type { Viewpoint } from './viewpoint.ts';

interface MrkdwnProps {
  text: string;
  viewpoint: Viewpoint;
  /** Slack's `verbatim`: no links and mentions are made of plain text. Default false, as Slack's. */
  verbatim?: boolean;
  /** Whether a plain `@here` calls people. Default: as `verbatim` says; a message's own text never does. */
  calls?: boolean;
}

/** Slack's mrkdwn, with `&lt; &gt; &amp;` as Slack stores them. Every character that is not markup stays text. */
export function Mrkdwn({ text, viewpoint, verbatim = false, calls = !verbatim }: MrkdwnProps) {
  const parts = text.replace(MARKS, '').split(/\n?```\n?([\s\S]+?)\n?```\n?/);
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <pre>{plainOf(part)}</pre>
        ) : (
          <Lines text={part} viewpoint={viewpoint} verbatim={verbatim} calls={calls} />
        ),
      )}
    </>
  );
}

function Lines({ text, viewpoint, verbatim, calls }: Required<MrkdwnProps>) {
  return (
    <>
      {quoteRuns(text).map(({ quoted, lines }) => {
        const inside = inline(lines.join('\n'), viewpoint, { links: !verbatim, calls });
        return quoted ? <blockquote>{inside}</blockquote> : <>{inside}</>;
      })}
    </>
  );
}

function quoteRuns(text: string): { quoted: boolean; lines: string[] }[] {
  const runs: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const last = runs.at(-1);
    const content = quote?.[1] ?? line;
    if (last && last.quoted === Boolean(quote)) last.lines.push(content);
    else runs.push({ quoted: Boolean(quote), lines: [content] });
  }
  return runs;
}

/** Private-use characters that stand for finished pieces while the styles around them are read. */
const MARKS = /[\uE000\uE001]/g;
const ADDRESS = /https?:\/\/[^\s<>|"'\uE000]+[^\s<>|"'\uE000.,;:!?)]/g;
const CALL = /(?<![\w@])@(here|channel|everyone)\b/g;
const PIECE = /\uE000(\d+)\uE001/;
const STYLES = [
  { pattern: style('\\*'), wrap: (children: Child) => <b>{children}</b> },
  { pattern: style('_'), wrap: (children: Child) => <i>{children}</i> },
  { pattern: style('~'), wrap: (children: Child) => <s>{children}</s> },
];

function style(mark: string): RegExp {
  return new RegExp(
    `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)([^${mark}\\n]*\\S)${mark}(?![\\p{L}\\p{N}${mark}])`,
    'u',
  );
}

function inline(text: string, viewpoint: Viewpoint, plain: { links: boolean; calls: boolean }): Child {
  const pieces: Child[] = [];
  const keep = (piece: Child): string => `\uE000${pieces.push(piece) - 1}\uE001`;
  let marked = text
    .replace(/`([^`\n]+)`/g, (_, code: string) => keep(<code>{plainOf(code)}</code>))
    .replace(/<([^<>\n]+)>/g, (_, token: string) => keep(<Token token={token} viewpoint={viewpoint} />));
  if (plain.links) marked = marked.replace(ADDRESS, (url) => keep(<Link address={plainOf(url)} />));
  if (plain.calls)
    marked = marked.replace(CALL, (_, range: string) => keep(<BroadcastMention range={range} />));
  return styled(marked, pieces);
}

function styled(text: string, pieces: Child[]): Child {
  const first = STYLES.map(({ pattern, wrap }) => ({ match: pattern.exec(text), wrap }))
    .filter(({ match }) => match)
    .sort((a, b) => (a.match?.index ?? 0) - (b.match?.index ?? 0))[0];
  if (!first?.match) return leaf(text, pieces);
  const { match, wrap } = first;
  const end = match.index + match[0].length;
  return [
    leaf(text.slice(0, match.index), pieces),
    wrap(styled(match[1] ?? '', pieces)),
    styled(text.slice(end), pieces),
  ];
}

function leaf(text: string, pieces: Child[]): Child {
  return text
    .split(PIECE)
    .map((part, index) =>
      index % 2 === 1 ? (pieces[Number(part)] ?? '') : <PlainLines text={plainOf(part)} />,
    );
}

/** Text with its line breaks and emoji, and nothing else. */
export function PlainLines({ text }: { text: string }) {
  return (
    <>
      {withEmoji(text)
        .split('\n')
        .map((line, index) => (index === 0 ? line : [<br />, line]))}
    </>
  );
}

/** Undoes the three escapes of Slack. */
export const plainOf = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function Token({ token, viewpoint }: { token: string; viewpoint: Viewpoint }) {
  const bar = token.indexOf('|');
  const target = bar === -1 ? token : token.slice(0, bar);
  const label = bar === -1 ? undefined : withEmoji(plainOf(token.slice(bar + 1)));
  if (/^@[UW]\w+$/.test(target)) return <UserMention id={target.slice(1)} viewpoint={viewpoint} />;
  if (/^#[CG]\w+$/.test(target)) return <ChannelMention id={target.slice(1)} viewpoint={viewpoint} />;
  if (target.startsWith('!'))
    return <Special command={target.slice(1)} label={label} viewpoint={viewpoint} />;
  return <Link address={plainOf(target)} label={label} />;
}

function Special({ command, label, viewpoint }: { command: string; label?: string; viewpoint: Viewpoint }) {
  const [kind = '', first = '', second = '', address] = command.split('^');
  if (kind === 'subteam') return <GroupMention id={first} viewpoint={viewpoint} />;
  if (isBroadcast(kind)) return <BroadcastMention range={kind} />;
  if (kind !== 'date') return <span>{label ?? `<!${command}>`}</span>;
  return (
    <SlackDate
      seconds={Number(first)}
      template={second}
      address={address}
      fallback={label}
      viewpoint={viewpoint}
    />
  );
}

interface SlackDateProps {
  seconds: number;
  template: string;
  address?: string;
  fallback?: string;
  viewpoint: Viewpoint;
}

export function SlackDate({ seconds, template, address, fallback, viewpoint }: SlackDateProps) {
  const text = formatSlackDate(seconds, template, viewpoint) ?? fallback ?? template;
  const time = <time title={fallback}>{text}</time>;
  return address ? <Link address={address} label={text} /> : time;
}
