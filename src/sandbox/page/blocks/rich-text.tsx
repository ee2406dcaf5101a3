import type { RichTextBlock, RichTextElement, RichTextList } from '@slack/types';
import type { Child } from 'hono/jsx';
import { emojiCharacter } from './emoji.ts';
import { BroadcastMention, ChannelMention, GroupMention, Link, UserMention } from './mentions.tsx';
import { SlackDate } from './mrkdwn.tsx';
import type { Viewpoint } from './viewpoint.ts';

type Part = RichTextBlock['elements'][number];

/** A rich_text block. Its texts carry no markup: styles are fields, so nothing in them is read. */
export function RichText({ block, viewpoint }: { block: RichTextBlock; viewpoint: Viewpoint }) {
  return (
    <div class="rich-text">
      {block.elements.map((part) => (
        <RichTextPart part={part} viewpoint={viewpoint} />
      ))}
    </div>
  );
}

function RichTextPart({ part, viewpoint }: { part: Part; viewpoint: Viewpoint }) {
  switch (part.type) {
    case 'rich_text_section':
      return <p>{run(part.elements, viewpoint)}</p>;
    case 'rich_text_quote':
      return <blockquote>{run(part.elements, viewpoint)}</blockquote>;
    case 'rich_text_preformatted':
      return (
        <pre>
          {part.elements.map((element) => ('url' in element ? (element.text ?? element.url) : element.text))}
        </pre>
      );
    case 'rich_text_list':
      return <List list={part} viewpoint={viewpoint} />;
  }
}

function List({ list, viewpoint }: { list: RichTextList; viewpoint: Viewpoint }) {
  const items = list.elements.map((item) => <li>{run(item.elements, viewpoint)}</li>);
  const indent = `indent-${Math.min(list.indent ?? 0, 8)}`;
  if (list.style === 'bullet') return <ul class={indent}>{items}</ul>;
  const offset = 'offset' in list && typeof list.offset === 'number' ? list.offset : 0;
  return (
    <ol class={indent} start={offset + 1}>
      {items}
    </ol>
  );
}

const run = (elements: RichTextElement[], viewpoint: Viewpoint): Child =>
  elements.map((element) => styled(element, <Inline element={element} viewpoint={viewpoint} />));

function styled(element: RichTextElement, inside: Child): Child {
  const style: { bold?: boolean; italic?: boolean; strike?: boolean; underline?: boolean; code?: boolean } =
    element.style ?? {};
  let child = inside;
  if (style.code) child = <code>{child}</code>;
  if (style.strike) child = <s>{child}</s>;
  if (style.underline) child = <u>{child}</u>;
  if (style.italic) child = <i>{child}</i>;
  if (style.bold) child = <b>{child}</b>;
  return child;
}

function Inline({ element, viewpoint }: { element: RichTextElement; viewpoint: Viewpoint }) {
  switch (element.type) {
    case 'text':
      return <BrokenLines text={element.text} />;
    case 'user':
      return <UserMention id={element.user_id} viewpoint={viewpoint} />;
    case 'usergroup':
      return <GroupMention id={element.usergroup_id} viewpoint={viewpoint} />;
    case 'channel':
      return <ChannelMention id={element.channel_id} viewpoint={viewpoint} />;
    case 'broadcast':
      return <BroadcastMention range={element.range} />;
    case 'link':
      return <Link address={element.url} label={element.text} />;
    case 'emoji':
      return <>{emojiCharacter(element.name) ?? `:${element.name}:`}</>;
    case 'date':
      return (
        <SlackDate
          seconds={element.timestamp}
          template={element.format}
          address={element.url}
          fallback={element.fallback}
          viewpoint={viewpoint}
        />
      );
    case 'color':
      return <code>{element.value}</code>;
    case 'team':
      return <span class="mention">{element.team_id}</span>;
  }
}

const BrokenLines = ({ text }: { text: string }) => (
  <>{text.split('\n').map((line, index) => (index === 0 ? line : [<br />, line]))}</>
);
