import type { Channel, Group, User } from '../../model.ts';
import type { Viewpoint } from './viewpoint.ts';

const person = (id: string, real_name: string, tz: string, locale = 'en-US'): User => ({
  id,
  team_id: 'T1',
  name: real_name.toLowerCase(),
  real_name,
  email: `${id}@harbour.example`,
  title: '',
  tz,
  locale,
  deleted: false,
  is_bot: false,
  is_restricted: false,
});

const channel = (id: string, name: string, more: Partial<Channel> = {}): Channel => ({
  id,
  name,
  kind: 'public',
  topic: '',
  is_archived: false,
  members: [],
  created: 0,
  ...more,
});

const USERS = [
  person('U1', 'Dana', 'Europe/Berlin', 'de-DE'),
  person('U2', 'Priya', 'Asia/Kolkata'),
  person('U3', 'Sam <b>', 'America/New_York'),
];
const CHANNELS = [
  channel('C1', 'crm-upgrade'),
  channel('C2', 'secret', { kind: 'private', members: ['U2'] }),
];
const GROUPS: Group[] = [{ id: 'S1', handle: 'dba', name: 'Databases', users: ['U1'] }];

/** A small invented directory for the rendering tests, seen at 2026-12-05 21:00 UTC. */
export function viewpointOf(userId: string): Viewpoint {
  const viewer = USERS.find(({ id }) => id === userId);
  if (!viewer) throw new Error(`no user ${userId}`);
  return {
    viewer,
    now: new Date('2026-12-05T21:00:00Z'),
    directory: {
      users: USERS,
      channels: CHANNELS,
      user: (id) => USERS.find((user) => user.id === id),
      channel: (id) => CHANNELS.find((one) => one.id === id),
      group: (id) => GROUPS.find((group) => group.id === id),
      file: () => undefined,
    },
  };
}
