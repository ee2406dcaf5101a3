import type { CiMoments } from './ci-story.ts';
import { at, beat, type Circle, notices, roles, toEveryone } from './expected.ts';
import type { Expected } from './oracle.ts';

const circle: Circle = {
  key: 'UP-2',
  title: 'Build pipeline to version 4',
  room: '#ci-upgrade',
  channels: ['#engineering'],
  people: ['@anita', '@kiran', '@mia', '@luis'],
  communicator: '@kiran',
  sponsor: '@grace',
  roles: {
    '@anita': /the upgrade lead\./,
    '@grace': /the business sponsor\./,
    '@ines': /the deputy sponsor\./,
    '@kiran': /the communicator\./,
    '@carl': /the crisis speaker\./,
    '@luis': /on duty for operations\./,
    '@mia': /consulted\./,
  },
};

export const expectCi = ({ scheduled, started, asked, decided, rolledBack }: CiMoments): Expected[] => [
  at(circle.room, 'headline', scheduled, /UP-2 Build pipeline to version 4/, /Rolled back/),
  ...roles(circle, scheduled),
  ...notices(circle, { local: '2027-01-12T18:30', zone: 'Europe/Berlin' }, ['2027-01-05', '2027-01-11']),
  ...toEveryone(circle, 'started', started, /UP-2: Build pipeline to version 4 has started/),
  ...beat(circle, started, 1, /is in progress.*The old controller is stopped.*@kiran/s),
  at(circle.room, 'decision', asked, /UP-2: roll back or keep going.*@grace/s, /UP-2: decided, roll back/),
  at(circle.sponsor, 'decision', asked, /UP-2: roll back or keep going/, /UP-2: decided, roll back/),
  ...toEveryone(circle, 'rollback decided', decided, /is being rolled back.*@grace.*No deployment works/s),
  at(circle.room, 'rollback steps', decided, /UP-2: rolling back.*Register the runners/s),
  ...beat(circle, started, 2, /is being rolled back.*Deploy jobs read no key/s),
  ...toEveryone(circle, 'rolled back', rolledBack, /was rolled back.*runs its old version 3.19 again/),
];
