import type { Child } from 'hono/jsx';
import type { Block, Ephemeral, Message } from '../model.ts';
import { Avatar } from './avatar.tsx';
import { Blocks } from './blocks/blocks.tsx';
import { clockTime, fullTime, instantOf } from './blocks/dates.ts';
import { FileCard } from './blocks/file-card.tsx';
import { Mrkdwn } from './blocks/mrkdwn.tsx';
import { channelAddress, personName, type Viewpoint } from './blocks/viewpoint.ts';
import { Icon } from './icons.tsx';
import type { Entry, Scene } from './scene.ts';

interface LineProps {
  scene: Scene;
  /** Follows a message of the same author closely: shown without name and picture. */
  close: boolean;
  inThread: boolean;
}

/** One line of a conversation. */
export function Line({ entry, ...line }: LineProps & { entry: Entry }) {
  return entry.kind === 'message' ? (
    <MessageLine message={entry.message} {...line} />
  ) : (
    <EphemeralLine ephemeral={entry.ephemeral} {...line} />
  );
}

function MessageLine({ message, scene, close, inThread }: LineProps & { message: Message }) {
  const { viewpoint, sandbox } = scene;
  const { ts, channel } = message;
  const mine = message.mentions.users.includes(viewpoint.viewer.id);
  const pin = sandbox.state.pins(channel).find((one) => one.ts === ts);
  return (
    <li
      id={`${inThread ? 'reply' : 'message'}-${ts}`}
      class={`message ${close && !pin ? 'close' : ''} ${mine ? 'calls-me' : ''} ${pin ? 'pinned' : ''}`}
      data-key={`m${ts}`}
      data-testid={`message-${ts}`}
    >
      {pin && (
        <p class="mark">
          <Icon name="pin" /> Pinned by {personName(viewpoint, pin.by)}
        </p>
      )}
      {message.reply_broadcast && !inThread && (
        <p class="mark">
          <Icon name="reply" /> Replied to a thread
        </p>
      )}
      <Frame author={message.user} ts={ts} viewpoint={viewpoint}>
        <Surface target={{ channel, ts }}>
          <Content message={message} viewpoint={viewpoint} />
          {message.edited && <small class="edited">(edited)</small>}
        </Surface>
        {message.files.map((id) => {
          const file = sandbox.state.file(id);
          return file && <FileCard file={file} viewpoint={viewpoint} />;
        })}
        {!inThread && <ThreadLink message={message} scene={scene} />}
      </Frame>
    </li>
  );
}

function EphemeralLine({ ephemeral, scene, close }: LineProps & { ephemeral: Ephemeral }) {
  const { viewpoint } = scene;
  return (
    <li
      class={`message ephemeral ${close ? 'close' : ''}`}
      data-key={`e${ephemeral.id}`}
      data-testid={`ephemeral-${ephemeral.id}`}
    >
      <p class="mark">
        <Icon name="eye" /> Only visible to you
      </p>
      <Frame author={ephemeral.author} ts={ephemeral.ts} viewpoint={viewpoint}>
        <Surface target={{ ephemeral: ephemeral.id }}>
          <Content message={ephemeral} viewpoint={viewpoint} />
        </Surface>
      </Frame>
    </li>
  );
}

interface FrameProps {
  author: string;
  ts: string;
  viewpoint: Viewpoint;
  children?: Child;
}

function Frame({ author, ts, viewpoint, children }: FrameProps) {
  const at = instantOf(ts);
  const time = (
    <time class="at" datetime={at.toISOString()} title={fullTime(at, viewpoint)}>
      {clockTime(at, viewpoint)}
    </time>
  );
  return (
    <div class="frame">
      <Avatar userId={author} viewpoint={viewpoint} />
      {time}
      <div class="frame-body">
        <p class="byline">
          <b>{personName(viewpoint, author)}</b>
          {isApp(author, viewpoint) && <span class="badge">APP</span>}
          {time}
        </p>
        {children}
      </div>
    </div>
  );
}

const isApp = (author: string, { directory }: Viewpoint): boolean =>
  author === 'USLACKBOT' || directory.user(author)?.is_bot === true;

/** A form that groups the controls of one message or view and says to the browser part what they belong to. */
export function Surface({ target, children }: { target: Record<string, string>; children?: Child }) {
  return (
    <form class="surface" data-target={JSON.stringify(target)} autocomplete="off">
      {children}
    </form>
  );
}

function Content({
  message,
  viewpoint,
}: {
  message: { text: string; blocks: Block[] };
  viewpoint: Viewpoint;
}) {
  if (message.blocks.length > 0) return <Blocks blocks={message.blocks} viewpoint={viewpoint} />;
  if (message.text === '') return '';
  return (
    <div class="text">
      <Mrkdwn text={message.text} viewpoint={viewpoint} calls={false} />
    </div>
  );
}

function ThreadLink({ message, scene }: { message: Message; scene: Scene }) {
  const { sandbox, viewpoint } = scene;
  const parent = message.thread_ts ?? message.ts;
  const href = `${channelAddress(viewpoint.viewer.id, message.channel)}?thread=${parent}`;
  const replies = sandbox.state.thread(message.channel, parent).slice(1);
  const last = replies.at(-1);
  if (!last) {
    return (
      <a class="reply-link" href={href} data-nav="" data-testid={`reply-${message.ts}`}>
        <Icon name="reply" /> Reply in thread
      </a>
    );
  }
  const authors = [...new Set(replies.map(({ user }) => user))].slice(0, 3);
  return (
    <a class="thread-link" href={href} data-nav="" data-testid={`thread-${message.ts}`}>
      {authors.map((author) => (
        <Avatar userId={author} viewpoint={viewpoint} />
      ))}
      <b>{replies.length === 1 ? '1 reply' : `${replies.length} replies`}</b>
      <small>last {clockTime(instantOf(last.ts), viewpoint)}</small>
    </a>
  );
}
