import type { Problem } from '../../errors.ts';
import { lengthOf } from '../window.ts';
import { formatDuration } from './duration.ts';
import type { Plan } from './schema.ts';
import { isZone, nearestZone, type ZonedInstant, zonedInstant } from './zoned-time.ts';

/** The sections of a plan that could be read; a check whose sections are missing finds nothing. */
export type Sections = Partial<Plan>;

const MINUTE = 60_000;

/** What no field can see alone: people who may not be the same, times that do not exist, a window that is too short. */
export function findProblems(sections: Sections, now?: Date): Problem[] {
  const { people, window } = sections;
  return [...(people ? sameHands(people) : []), ...(window ? windowProblems(window, now) : [])];
}

/** Where the plan is laxer than it should be; each may be meant. */
export function findWarnings(plan: Plan): Problem[] {
  return WARNINGS.filter(([, , laxer]) => laxer(plan)).map(([path, message]) => ({ path, message }));
}

/** Refuses a sponsor who is also the lead, and a deputy who is either. Compares what is written, or Slack ids. */
export function sameHands({ lead, sponsor, deputy }: Plan['people']): Problem[] {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const problems: Problem[] = [];
  if (same(sponsor, lead)) {
    problems.push({
      path: 'people.sponsor',
      message:
        'The sponsor is also the lead. Whoever runs the work must not decide alone on a rollback: name another sponsor.',
    });
  }
  const taken = (same(deputy, sponsor) && 'sponsor') || (same(deputy, lead) && 'lead');
  if (taken) {
    problems.push({
      path: 'people.deputy',
      message: `The deputy is also the ${taken}. The deputy decides when the sponsor is silent: name a third person.`,
    });
  }
  return problems;
}

function windowProblems(window: Plan['window'], now?: Date): Problem[] {
  const { timezone } = window;
  if (!isZone(timezone)) return [unknownZone(timezone)];
  const start = zonedInstant(window.start, timezone);
  const end = window.end === undefined ? undefined : zonedInstant(window.end, timezone);
  const problems = [
    ...timeProblems('window.start', window.start, timezone, start),
    ...(end ? timeProblems('window.end', window.end ?? '', timezone, end) : []),
  ];
  if (window.end && window.length !== undefined) {
    problems.push({
      path: 'window.length',
      message: 'Give either the end of the window or its length, not both.',
    });
  }
  if (start.kind !== 'unique') return problems;
  if (now && start.instant <= now) {
    problems.push({
      path: 'window.start',
      message: `The start, ${window.start}, has already passed: choose a later one.`,
    });
  }
  const length =
    end?.kind === 'unique' ? (end.instant.getTime() - start.instant.getTime()) / MINUTE : window.length;
  return [...problems, ...lengthProblems(window, length)];
}

function unknownZone(zone: string): Problem {
  const meant = nearestZone(zone);
  const hint = meant ? `Did you mean ${meant}?` : 'Use an IANA name like Europe/Berlin.';
  return { path: 'window.timezone', message: `There is no time zone ${zone}. ${hint}` };
}

function timeProblems(path: string, written: string, zone: string, found: ZonedInstant): Problem[] {
  switch (found.kind) {
    case 'unique':
      return [];
    case 'unreadable':
      return [{ path, message: `${written} is no date and time. Write it like 2026-12-05T22:00.` }];
    case 'gap':
      return [
        {
          path,
          message: `${written} does not exist in ${zone}: clocks go forward over it. Which is meant, ${found.choices.join(' or ')}?`,
        },
      ];
    case 'overlap':
      return [
        {
          path,
          message: `${written} happens twice in ${zone}: clocks go back over it. Which is meant, ${found.choices.join(' or ')}?`,
        },
      ];
    case 'wrong_offset':
      return [
        {
          path,
          message: `${written} does not have the offset of ${zone} at that time. Write ${found.choices.join(' or ')}, or leave the offset out.`,
        },
      ];
  }
}

function lengthProblems({ phases, end }: Plan['window'], length?: number): Problem[] {
  const needed = Object.values(phases).reduce((total, minutes) => total + minutes, 0);
  const path = end ? 'window.end' : 'window.length';
  if (phases.execution === 0) {
    return [
      {
        path: 'window.phases.execution',
        message: 'The upgrade itself needs time: give its execution a length.',
      },
    ];
  }
  if (length === undefined || length >= needed) return [];
  if (length <= 0) return [{ path, message: 'The window ends before it starts.' }];
  const back = phases.decision + phases.rollback + phases.verification + phases.communication;
  const work = phases.preparation + phases.backup + phases.execution;
  const meaning =
    length < work + back
      ? `Its own rollback would not fit: deciding, rolling back, verifying and telling the users take ${formatDuration(back)} after ${formatDuration(work)} of work.`
      : 'There would be no room to verify and repair.';
  return [
    {
      path,
      message: `The window is too short: it lasts ${formatDuration(length)}, its phases need ${formatDuration(needed)}. ${meaning} Lengthen the window or shorten a phase.`,
    },
  ];
}

const DAY = 24 * 60;

/** A clause that says more than that something is there. */
const FURTHER = /\b(?:when|until|once|after|before|because|so|no longer|not|and|but|which|that)\b|[,;:]/i;
const THERE_IT_IS = [
  /\b(?:exists|came out|(?:is|was|has been) (?:now |already )?(?:available|out|there|released))[.!]?$/i,
  /^there is an? (?:new|newer|later) (?:version|release)\b/i,
  /^(?:an? |the )?(?:new|newer|latest|next) (?:version|release)[.!]?$/i,
];

/** Whether a reason is none: "a new version exists", "CRM 9 is available". */
export const isMereNovelty = (statement: string): boolean =>
  !FURTHER.test(statement) && THERE_IT_IS.some((pattern) => pattern.test(statement.trim()));

const WARNINGS: [path: string, message: string, laxer: (plan: Plan) => boolean][] = [
  [
    'reason.statement',
    'That there is a new version is no reason to risk an outage: say what it brings, or what staying would cost.',
    ({ reason }) => isMereNovelty(reason.statement),
  ],
  [
    'people.communicator',
    'The communicator is also the lead: whoever runs the work rarely has time to report on it.',
    ({ people }) => people.communicator.toLowerCase() === people.lead.toLowerCase(),
  ],
  [
    'people.crisis-speaker',
    'Nobody is named to speak to customers if downtime turns major.',
    (p) => !p.people.crisisSpeaker,
  ],
  [
    'communication.heartbeat',
    'Heartbeats are rarer than the usual 30m.',
    (p) => p.communication.heartbeat > 30,
  ],
  [
    'communication.notices',
    'The first notice comes less than the usual 7d before the start.',
    (p) => Math.max(0, ...p.communication.notices) < 7 * DAY,
  ],
  ['communication.survey', 'Users will not be asked how it went.', (p) => p.communication.survey === 'off'],
  ['channels.support', 'There is no channel where users can ask for help.', (p) => !p.channels.support],
  [
    'audience',
    'Nobody will be told: there is no announcement channel and no audience.',
    (p) =>
      [p.channels.announce, p.audience.channels, p.audience.groups, p.audience.users].every(
        (l) => l.length === 0,
      ),
  ],
  ['impact.contact', 'The notices will not say whom to ask.', (p) => !p.impact.contact],
  ['rollback.rehearsed', 'The rollback was never rehearsed.', (p) => !p.rollback.rehearsed],
  [
    'rollback.rehearsed.took',
    'The rehearsed rollback took longer than the window allows for it.',
    (p) => (p.rollback.rehearsed?.took ?? 0) > p.window.phases.rollback,
  ],
  ['rollback.steps', 'The steps of the rollback are not written down.', (p) => p.rollback.steps.length === 0],
  ['window.phases.rollback', 'No time is planned for a rollback.', (p) => p.window.phases.rollback === 0],
  [
    'window.phases.repair',
    'The point of no return comes before verification ends: what it finds late can no longer be rolled back within the window.',
    ({ window }) => !window.end && !window.length && window.phases.repair < window.phases.verification,
  ],
  [
    'window.phases.repair',
    'There is less room for repair than the sponsor and then the deputy have to answer (twice rollback.answer-within): a decision that is asked for at the planned end of the execution may be taken after the point of no return, when a rollback no longer fits into the window.',
    (p) => roomForRepair(p) < 2 * p.rollback.answerWithin,
  ],
  ['window.phases.backup', 'No time is planned for a final backup.', (p) => p.window.phases.backup === 0],
  [
    'acceptance',
    'No core acceptance check says when the upgrade is complete.',
    (p) => !p.acceptance.some((c) => c.core),
  ],
];

/** Whatever the window is longer than its phases is room for repair. */
function roomForRepair({ window }: Plan): number {
  const { repair: _repair, ...others } = window.phases;
  return lengthOf({ window }) - Object.values(others).reduce((total, minutes) => total + minutes, 0);
}
