import { harbour } from '../../sandbox/index.ts';
import type { CrmMoments } from './crm-story.ts';
import { at, beat, type Circle, notices, roles, toEveryone } from './expected.ts';
import { berlin, inZone, minutesAfter } from './instants.ts';
import type { Never } from './never.ts';
import type { Expected } from './oracle.ts';
import { PROMPT, REMINDED, SILENT } from './survey-story.ts';

const names = (text: string): string[] => text.split(' ').map((name) => `@${name}`);

const circle: Circle = {
  key: 'UP-1',
  title: 'CRM 8 to CRM 9',
  room: '#crm-upgrade',
  channels: ['#all-staff', '#sales'],
  people: names('arjun sunil mike lena tom max ravi anita kiran mia luis hugo deepa emma ines olga grace'),
  communicator: '@uma',
  sponsor: '@priya',
  roles: {
    '@dana': /the upgrade lead\..*@dana has scheduled it/,
    '@priya': /the business sponsor\..*you have 10 min/,
    '@sam': /the deputy sponsor\..*called in/,
    '@uma': /the communicator\..*Every 30 min/,
    '@carl': /the crisis speaker\./,
    '@olga': /on duty for operations\./,
    '@petra': /consulted\./,
    '@hugo': /consulted\./,
  },
};

export const expectCrm = (moments: CrmMoments): Expected[] => [
  at(circle.room, 'headline', moments.scheduled, /UP-1 CRM 8 to CRM 9/, /Closed/),
  ...roles(circle, moments.scheduled),
  ...notices(circle, { local: '2026-12-05T22:00', zone: 'Europe/Berlin' }, ['2026-11-28', '2026-12-04']),
  ...toEveryone(circle, 'started', moments.started, /UP-1: CRM 8 to CRM 9 has started/),
  ...beats(moments),
  ...decision(moments),
  ...toEveryone(
    circle,
    'completed',
    moments.completed,
    /UP-1: crm is available again.*one search.*The forecast is slow until Monday.*survey/s,
  ),
  ...survey(),
  at('@petra', 'record', moments.recorded, /^file UP-1-record.md$/),
];

/** Saturday and Sunday of a week later are no working days, so it is Monday, at 10:00 wherever each person is. */
function survey(): Expected[] {
  const ask = /UP-1: how is crm for you now\?/;
  const answered = [...PROMPT, REMINDED];
  const day = (name: string, date: string) => inZone(`${date}T10:00`, zoneOf(name));
  return [
    ...answered.map((name) => at(`@${name}`, 'survey', day(name, '2026-12-14'), ask, /UP-1: thank you/)),
    ...SILENT.map((name) => at(`@${name}`, 'survey', day(name, '2026-12-14'), ask, /the survey is closed/)),
    ...[REMINDED, ...SILENT].map((name) =>
      at(`@${name}`, 'survey reminder', day(name, '2026-12-17'), /UP-1: your view of .* is still missing/),
    ),
    at(circle.room, 'survey results', inZone('2026-12-21T10:00', 'America/New_York'), RESULTS),
  ];
}

const RESULTS =
  /20 of 22 people answered \(91 %\).*5, very satisfied: 4 .*4, satisfied: 8 .*3, neutral: 4 .*2, dissatisfied: 3 .*1, very dissatisfied: 1 .*The search forgets my filter\n.*A dark theme\n.*quotes\? \(@tom\)/s;

const zoneOf = (name: string): string => harbour.users.find((user) => user.name === name)?.tz ?? 'UTC';

function beats({ started }: CrmMoments): Expected[] {
  return [
    ...beat(
      circle,
      started,
      1,
      /in progress.*Backup is done <!channel> @here <@UZOE>.*@uma.*issues:\S* none/s,
    ),
    ...beat(circle, started, 2, /Import at 60 percent.*@dana.*#1 Contacts import/s),
    ...beat(circle, started, 3, /No update from @uma since.*#1 Contacts import/s),
    ...beat(circle, started, 4, /The import has ended.*issues:\S* none/s),
    ...beat(circle, started, 5, /is being verified.*Half of the checks have passed/s),
  ];
}

function decision({ asked, decided }: CrmMoments): Expected[] {
  const open = /UP-1: roll back or keep going/;
  const kept = /UP-1: decided, keep going.*@sam \(deputy sponsor\)/s;
  const escalated = minutesAfter(asked, 10);
  return [
    at(
      circle.room,
      'decision',
      asked,
      /roll back or keep going.*@priya.*will not end in time.*@petra.*#?1: Contacts/s,
      kept,
    ),
    at(circle.sponsor, 'decision', asked, open, kept),
    at(circle.room, 'deputy called', escalated, /@sam, @priya has not answered in time/),
    at('@sam', 'decision', escalated, open, kept),
    at(circle.room, 'keep going', decided, /the upgrade goes on.*@sam.*will not end in time/s),
  ];
}

/** What must not happen beside what must. */
export const neverInCrm: Never[] = [
  {
    what: 'a heartbeat after completion',
    breaks: ({ place, at: when, text }) =>
      place === circle.room && when > berlin('2026-12-06T00:45') && /Next update/.test(text),
  },
  {
    what: 'that it has not started, of what is started in time',
    breaks: ({ text }) => /UP-1: .* has not started/.test(text),
  },
  { what: 'somebody called by user text', breaks: ({ mentions }) => mentions.users.includes('UZOE') },
  {
    what: 'a decision for rollback',
    breaks: ({ text }) => /UP-1: decided, roll back|UP-1: rolling back/.test(text),
  },
];
