import type { ChannelSeed, Group, Organisation, User } from './model.ts';

const team = { id: 'THARBOUR', name: 'Harbour', domain: 'harbour' };

type Zone = 'Europe/Berlin' | 'America/New_York' | 'Asia/Kolkata';

const locales: Record<Zone, string> = {
  'Europe/Berlin': 'de-DE',
  'America/New_York': 'en-US',
  'Asia/Kolkata': 'en-IN',
};

function person(name: string, realName: string, title: string, tz: Zone, change: Partial<User> = {}): User {
  return {
    id: `U${name.toUpperCase()}`,
    team_id: team.id,
    name,
    real_name: realName,
    email: `${name}@harbour.example`,
    title,
    tz,
    locale: locales[tz],
    deleted: false,
    is_bot: false,
    is_restricted: false,
    ...change,
  };
}

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const kolkata = 'Asia/Kolkata';

const users: User[] = [
  person('dana', 'Dana Petersen', 'Upgrade lead, business systems', berlin),
  person('priya', 'Priya Raman', 'Business sponsor, VP sales operations', newYork),
  person('sam', 'Sam Okafor', 'Deputy sponsor, head of sales systems', berlin),
  person('uma', 'Uma Lindqvist', 'Communicator, IT service desk', berlin),
  person('carl', 'Carl Brandt', 'Crisis speaker, head of communications', berlin),
  person('olga', 'Olga Novak', 'Operations lead', berlin),
  person('petra', 'Petra Vogel', 'Product manager, CRM', berlin),
  person('hugo', 'Hugo Meyer', 'Customer support lead', berlin),
  person('ines', 'Ines Castro', 'Engineering manager, delivery', berlin),
  person('max', 'Max Schuster', 'Database administrator', berlin),
  person('ravi', 'Ravi Iyer', 'Database administrator', kolkata),
  person('anita', 'Anita Desai', 'Build engineer', kolkata),
  person('kiran', 'Kiran Rao', 'Quality engineer', kolkata),
  person('deepa', 'Deepa Menon', 'Customer support, Asia', kolkata),
  person('arjun', 'Arjun Patel', 'Field sales, Mumbai', kolkata),
  person('sunil', 'Sunil Gupta', 'Field sales, Bengaluru', kolkata),
  person('grace', 'Grace Howard', 'Director of engineering', newYork),
  person('mike', 'Mike Sullivan', 'Field sales, Boston', newYork),
  person('lena', 'Lena Fischer', 'Field sales, Hamburg', berlin),
  person('tom', 'Tom Becker', 'Field sales, Munich', berlin),
  person('zoe', 'Zoe Carter', 'Inside sales', newYork),
  person('noah', 'Noah Bennett', 'Inside sales', newYork),
  person('emma', 'Emma Roth', 'Finance controller', berlin),
  person('luis', 'Luis Ortega', 'Site reliability engineer', newYork),
  person('mia', 'Mia Wagner', 'Software engineer', berlin),
];

const others: User[] = [
  person('gone', 'Gero Neumann', 'Former sales manager', berlin, { deleted: true }),
  person('guest', 'Gina Stern', 'Consultant (guest)', berlin, { is_restricted: true }),
  person('buildbot', 'Build Bot', 'Reports builds', berlin, { is_bot: true }),
  person('xavier', 'Xavier Blanc', 'Vendor engineer, Northwind', newYork, {
    team_id: 'TNORTHWIND',
    email: 'xavier@northwind.example',
  }),
];

const ids = (...names: string[]): string[] => names.map((name) => `U${name.toUpperCase()}`);
const everyone = [...users.map((user) => user.id), ...ids('gone')];
const leaders = ids('dana', 'priya', 'sam', 'uma', 'carl', 'olga');
const sales = ids('priya', 'sam', 'arjun', 'sunil', 'mike', 'lena', 'tom', 'zoe', 'noah', 'petra');
const engineers = ids('dana', 'ines', 'max', 'ravi', 'anita', 'kiran', 'grace', 'luis', 'mia', 'olga');

const channels: ChannelSeed[] = [
  channel('crm-upgrade', 'Room of the CRM upgrade', [
    ...leaders,
    ...ids('petra', 'hugo', 'mia', 'guest', 'xavier'),
  ]),
  channel('all-staff', 'Announcements to all of Harbour', everyone),
  channel('sales', 'Sales, all regions', [...sales, ...ids('gone')]),
  channel('crm-help', 'Questions about the CRM', [...sales, ...ids('hugo', 'deepa', 'dana')]),
  channel('ci-upgrade', 'Room of the build pipeline upgrade', [
    ...leaders,
    ...ids('ines', 'anita', 'kiran', 'mia', 'grace'),
  ]),
  channel('engineering', 'All engineers', [...engineers, ...ids('sam')]),
  channel('ci-help', 'Questions about builds', engineers),
  channel('db-upgrade', 'Room of the database upgrade', [...leaders, ...ids('max', 'ravi', 'luis', 'grace')]),
  channel('db-help', 'Questions about databases', engineers),
  channel('support', 'Customer support', ids('hugo', 'deepa', 'uma', 'carl')),
  channel('finance', 'Finance', ids('emma', 'priya'), { bot: false }),
  channel('leadership', 'Directors only', ids('grace', 'priya', 'sam', 'carl'), {
    kind: 'private',
    bot: false,
  }),
];

function channel(
  name: string,
  topic: string,
  members: string[],
  change: Partial<ChannelSeed> = {},
): ChannelSeed {
  const id = `C${name.toUpperCase().replaceAll('-', '')}`;
  return { id, name, topic, members: [...new Set(members)], bot: true, ...change };
}

const groups: Group[] = [
  group('field-sales', 'Field sales', ids('arjun', 'sunil', 'mike', 'lena', 'tom')),
  group('dba', 'Database administrators', ids('max', 'ravi')),
  group('developers', 'Developers', ids('anita', 'kiran', 'mia', 'luis')),
  group('support-team', 'Customer support', ids('hugo', 'deepa')),
];

function group(handle: string, name: string, members: string[]): Group {
  return { id: `S${handle.toUpperCase().replaceAll('-', '')}`, handle, name, users: members };
}

/** An invented company: 25 people in three time zones, and one who left, a guest, a bot and a vendor's engineer. */
export const harbour: Organisation = { team, users: [...users, ...others], channels, groups };
