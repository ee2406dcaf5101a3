import type { Channel, Message } from '../model.ts';
import { Blocks } from './blocks/blocks.tsx';
import { dayDivider, dayKey, instantOf } from './blocks/dates.ts';
import { plainOf } from './blocks/mrkdwn.tsx';
import { channelAddress, personName } from './blocks/viewpoint.ts';
import { Icon } from './icons.tsx';
import { Line, Surface } from './message.tsx';
import { type Entry, entriesOf, placeLabel, placeName, type Scene, tsOf } from './scene.ts';

/** The pane in the middle: a channel, a direct message, or the app's Home. */
export function Conversation({ scene }: { scene: Scene }) {
  const { channel } = scene;
  return (
    <main class="conversation" id="conversation">
      <header class="pane-head" data-region="head">
        {channel ? <ChannelHead channel={channel} scene={scene} /> : <HomeHead />}
      </header>
      <div class="scroll" data-scroll="main">
        <ol
          class="lines"
          data-region="messages"
          aria-live="polite"
          aria-label={channel ? placeName(scene, channel) : 'Home'}
        >
          {channel ? <Lines scene={scene} channelId={channel.id} /> : <Home scene={scene} />}
        </ol>
      </div>
      <Newer pane="main" />
      <footer data-region="composer">{channel && <Foot channel={channel} scene={scene} />}</footer>
    </main>
  );
}

/** The pane on the right: a thread, or nothing. */
export function Thread({ scene }: { scene: Scene }) {
  const { channel, thread } = scene;
  return (
    <aside class="thread" aria-label="Thread">
      <header class="pane-head" data-region="thread-head">
        {channel && thread && (
          <div data-key={`thread ${thread.ts}`} class="pane-title">
            <h2>Thread</h2>
            <small>{placeLabel(scene, channel)}</small>
            <a
              class="icon close-thread"
              href={channelAddress(scene.person.id, channel.id)}
              data-nav=""
              aria-label="Close thread"
              data-testid="close-thread"
            >
              <Icon name="close" />
            </a>
          </div>
        )}
      </header>
      <div class="scroll" data-scroll="thread">
        <ol class="lines" data-region="thread-messages" aria-live="polite">
          {channel && thread && <Lines scene={scene} channelId={channel.id} thread={thread} />}
        </ol>
      </div>
      <Newer pane="thread" />
      <footer data-region="thread-composer">
        {channel && thread && <Composer channel={channel} scene={scene} thread={thread} />}
      </footer>
    </aside>
  );
}

const Newer = ({ pane }: { pane: string }) => (
  <button type="button" class="newer" data-newer={pane}>
    ↓ New messages
  </button>
);

function ChannelHead({ channel, scene }: { channel: Channel; scene: Scene }) {
  const pins = scene.sandbox.state.pins(channel.id);
  return (
    <div class="pane-title" data-key={channel.id}>
      <h1>
        <span class="sigil">
          {channel.kind === 'private' ? <Icon name="lock" /> : channel.kind === 'public' && '#'}
        </span>
        {placeName(scene, channel)}
      </h1>
      <small class="topic">{channel.topic}</small>
      {channel.kind !== 'im' && <small class="count">{channel.members.length} members</small>}
      {pins.length > 0 && (
        <details class="pins" data-testid="pins">
          <summary>
            <Icon name="pin" /> {pins.length} pinned
          </summary>
          <ul>
            {pins.map(({ ts }) => (
              <li>
                <a href={`#message-${ts}`}>{summaryOf(scene.sandbox.state.message(channel.id, ts))}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const HomeHead = () => (
  <div class="pane-title" data-key="home">
    <h1>Watchbell</h1>
    <small class="topic">Home</small>
  </div>
);

const summaryOf = (message: Message | undefined): string =>
  plainOf(message?.text ?? '').slice(0, 120) || 'A pinned message';

const CLOSE_SECONDS = 300;

function Lines({ scene, channelId, thread }: { scene: Scene; channelId: string; thread?: Message }) {
  const { viewpoint } = scene;
  const entries = entriesOf(scene, channelId, thread?.ts);
  const day = (entry: Entry | undefined) => entry && dayKey(instantOf(tsOf(entry)), viewpoint);
  return (
    <>
      {entries.length === 0 && (
        <li class="nothing" data-key="nothing">
          Nothing has been said here yet.
        </li>
      )}
      {entries.map((entry, index) => {
        const before = entries[index - 1];
        const newDay = day(before) !== day(entry);
        return (
          <>
            {newDay && (
              <li class="day" data-key={`d${day(entry)}`}>
                <span>{dayDivider(instantOf(tsOf(entry)), viewpoint)}</span>
              </li>
            )}
            <Line
              entry={entry}
              scene={scene}
              close={!newDay && follows(before, entry)}
              inThread={Boolean(thread)}
            />
          </>
        );
      })}
    </>
  );
}

const authorOf = (entry: Entry): string =>
  entry.kind === 'message' ? entry.message.user : entry.ephemeral.author;

const follows = (before: Entry | undefined, entry: Entry): boolean =>
  before?.kind === 'message' &&
  entry.kind === 'message' &&
  entry.message.bot_id === undefined &&
  authorOf(before) === authorOf(entry) &&
  Number(tsOf(entry)) - Number(tsOf(before)) < CLOSE_SECONDS;

function Home({ scene }: { scene: Scene }) {
  const view = scene.person.home();
  if (!view) {
    return (
      <li class="nothing" data-key="nothing">
        The app has not published a Home for you yet.
      </li>
    );
  }
  return (
    <li class="home" data-key={view.id} data-testid="home-view">
      <Surface target={{ view: view.id }}>
        <Blocks blocks={view.blocks} viewpoint={scene.viewpoint} />
      </Surface>
    </li>
  );
}

function Foot({ channel, scene }: { channel: Channel; scene: Scene }) {
  if (channel.is_archived)
    return (
      <p class="notice" data-key="archived">
        #{channel.name} is archived.
      </p>
    );
  if (channel.kind === 'im' || channel.members.includes(scene.person.id)) {
    return <Composer channel={channel} scene={scene} />;
  }
  return (
    <p class="notice" data-key={`join ${channel.id}`}>
      You are looking at <b>#{channel.name}</b>
      <button type="button" class="button primary" data-join={channel.id} data-testid="join">
        Join channel
      </button>
    </p>
  );
}

function Composer({ channel, scene, thread }: { channel: Channel; scene: Scene; thread?: Message }) {
  const key = `composer ${channel.id} ${thread?.ts ?? ''}`;
  const label = thread
    ? `Reply to ${personName(scene.viewpoint, thread.user)}`
    : `Message ${placeLabel(scene, channel)}`;
  return (
    <form class="composer" data-key={key} data-composer="" data-channel={channel.id} data-thread={thread?.ts}>
      <textarea
        name="text"
        rows={1}
        aria-label={label}
        placeholder={thread ? 'Reply…' : label}
        data-draft={`${scene.person.id} ${key}`}
        data-testid={thread ? 'thread-composer' : 'composer'}
      />
      {!thread && (
        <ul class="commands" aria-label="Commands">
          {scene.sandbox.commands.map(({ command, description, usageHint }) => (
            <li>
              <b>{command}</b> {usageHint} <small>{description}</small>
            </li>
          ))}
        </ul>
      )}
      <div class="composer-bar">
        <label class="icon attach">
          <Icon name="attach" />
          <input type="file" name="files" multiple aria-label="Attach files" />
        </label>
        <output class="attached" />
        <button type="submit" class="button primary" data-testid={thread ? 'thread-send' : 'send'}>
          Send
        </button>
      </div>
    </form>
  );
}
