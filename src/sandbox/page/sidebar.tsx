import type { Channel, User } from '../model.ts';
import { Avatar } from './avatar.tsx';
import { channelAddress, localeOf } from './blocks/viewpoint.ts';
import { Icon } from './icons.tsx';
import { placeName, type Scene, visibleChannels } from './scene.ts';

/** Who I am, and where I can go. */
export function Sidebar({ scene }: { scene: Scene }) {
  return (
    <nav class="sidebar" id="sidebar" aria-label="Workspace">
      <div data-region="me">
        <WhoAmI scene={scene} />
      </div>
      <div class="places" data-region="places">
        <Places scene={scene} />
      </div>
    </nav>
  );
}

function WhoAmI({ scene }: { scene: Scene }) {
  const { viewer, directory } = scene.viewpoint;
  const people = directory.users.filter((user) => !user.is_bot && !user.deleted);
  return (
    <details class="who" data-key={`me ${viewer.id}`}>
      <summary data-testid="who">
        <Avatar userId={viewer.id} viewpoint={scene.viewpoint} />
        <span class="who-name">
          <small>{scene.sandbox.state.team.name}, as</small>
          <b>{viewer.real_name}</b>
          <LocalTime user={viewer} />
        </span>
      </summary>
      <div class="people">
        <input
          type="search"
          placeholder="Find a person"
          aria-label="Find a person"
          data-find=""
          data-testid="find-person"
        />
        <ul aria-label="Act as">
          {people.map((user) => (
            <li>
              <a
                href={`/as/${user.id}/${placeFor(scene, user)}`}
                aria-current={user.id === viewer.id ? 'true' : undefined}
                data-testid={`user-${user.id}`}
              >
                <Avatar userId={user.id} viewpoint={scene.viewpoint} />
                <span>
                  <b>{user.real_name}</b>
                  <small>{user.title}</small>
                  <LocalTime user={user} />
                </span>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

/** The same place, if the other person sees it too. */
function placeFor({ channel }: Scene, user: User): string {
  if (!channel) return 'home';
  return channel.members.includes(user.id) ? channel.id : '';
}

/** Filled and kept running by the browser, so that a ticking clock never redraws the page. */
const LocalTime = ({ user }: { user: User }) => (
  <small class="local">
    <time data-zone={user.tz} data-locale={localeOf(user)} />{' '}
    {user.tz.split('/').at(-1)?.replaceAll('_', ' ')}
  </small>
);

function Places({ scene }: { scene: Scene }) {
  const all = visibleChannels(scene.sandbox, scene.person);
  const mine = all.filter(({ members, kind }) => kind !== 'im' && members.includes(scene.person.id));
  const others = all.filter(({ members, kind }) => kind !== 'im' && !members.includes(scene.person.id));
  const direct = all.filter(({ kind }) => kind === 'im');
  return (
    <>
      <a
        class="place"
        href={`/as/${scene.person.id}/home`}
        aria-current={scene.channel ? undefined : 'page'}
        data-key="home"
        data-nav=""
        data-testid="home"
      >
        <span class="sigil">
          <Icon name="home" />
        </span>
        Watchbell Home
      </a>
      <PlaceList title="Channels" channels={mine} scene={scene} />
      <PlaceList title="Direct messages" channels={direct} scene={scene} />
      <PlaceList title="Other channels" channels={others} scene={scene} />
    </>
  );
}

function PlaceList({ title, channels, scene }: { title: string; channels: Channel[]; scene: Scene }) {
  if (channels.length === 0) return '';
  return (
    <section data-key={title}>
      <h2>{title}</h2>
      {channels.map((channel) => (
        <Place channel={channel} scene={scene} />
      ))}
    </section>
  );
}

function Place({ channel, scene }: { channel: Channel; scene: Scene }) {
  const { person, sandbox, marks } = scene;
  const news = marks.unread(person.id, channel.id, sandbox.state.messages(channel.id));
  const calls =
    channel.kind === 'im' ? news : news.filter(({ mentions }) => mentions.users.includes(person.id));
  const current = channel.id === scene.channel?.id;
  return (
    <a
      class={`place ${news.length > 0 && !current ? 'unread' : ''}`}
      href={channelAddress(person.id, channel.id)}
      aria-current={current ? 'page' : undefined}
      data-nav=""
      data-testid={channel.kind === 'im' ? `direct-${channel.id}` : `channel-${channel.name}`}
    >
      <span class="sigil">{{ public: '#', private: <Icon name="lock" />, im: '●' }[channel.kind]}</span>
      <span class="place-name">{placeName(scene, channel)}</span>
      {calls.length > 0 && !current && <span class="calls">{calls.length}</span>}
    </a>
  );
}
