import type { Child } from 'hono/jsx';
import { personName, type Viewpoint } from './blocks/viewpoint.ts';
import { Icon } from './icons.tsx';

/** A person's initials on a colour of their own; an app's picture is a bell. */
export function Avatar({ userId, viewpoint }: { userId: string; viewpoint: Viewpoint }) {
  const user = viewpoint.directory.user(userId);
  if (userId === 'USLACKBOT') return <Face face="#" hue={200} />;
  if (user?.is_bot)
    return <Face face={<Icon name={user.name.startsWith('watchbell') ? 'bell' : 'gear'} />} hue={262} />;
  return <Face face={initials(personName(viewpoint, userId))} hue={hueOf(userId)} />;
}

const Face = ({ face, hue }: { face: Child; hue: number }) => (
  <span class="avatar" style={`--hue:${hue}`} aria-hidden="true">
    {face}
  </span>
);

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('');

const hueOf = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
