import type { Fact, Facts } from '../record/index.ts';
import type { Inline } from '../slack/inline.ts';
import { dateInline, sayMinutes } from '../templates/values.ts';
import type { Fan, Fanned, Line } from './group-entries.ts';
import { nameOfMessage, words } from './message-names.ts';

type Said = (string | Inline)[];
type Sayings = { [F in Exclude<Fact, Fanned>]: (data: Facts[F], zone: string) => Said };

/** What became of each fact, after the name of who did it: "@dana | started the work". */
const SAYINGS: Sayings = {
  'upgrade.planned': ({ title, source }) => [`planned “${title}”${source ? ` from ${source}` : ''}`],
  'upgrade.edited': () => ['changed the plan'],
  'upgrade.scheduled': ({ startsAt, endsAt }, zone) => [
    'scheduled it: ',
    time(startsAt, zone),
    ' – ',
    time(endsAt, zone),
  ],
  'upgrade.rescheduled': ({ from, to, why }, zone) => [
    'moved it from ',
    time(from, zone),
    ' to ',
    time(to, zone),
    because(why),
  ],
  'upgrade.cancelled': ({ why }) => ['cancelled it', because(why)],
  'upgrade.started': ({ plannedStart }, zone) => [
    'started the work (planned for ',
    time(plannedStart, zone),
    ')',
  ],
  'upgrade.verifying': () => ['finished the technical work; verification began'],
  'upgrade.completed': ({ whatChanged, knownIssues, plannedEnd }, zone) => [
    'completed it (planned end ',
    time(plannedEnd, zone),
    ')',
    labelled('What changed', whatChanged),
    labelled('Known issues', knownIssues),
  ],
  'upgrade.rolled_back': ({ plannedEnd }, zone) => [
    'reported that the old version runs again (planned end ',
    time(plannedEnd, zone),
    ')',
  ],
  'upgrade.closed': () => ['closed it'],
  'status.reported': ({ text }) => [`reported: ${text}`],
  'issue.opened': ({ number, text }) => [`opened issue #${number}: ${text}`],
  'issue.resolved': ({ number, text }) => [`resolved issue #${number}: ${text}`],
  'acceptance.checked': ({ number, check, passed }) => [
    `checked ${number} “${check}”: ${passed ? 'passed' : 'not passed'}`,
  ],
  'act.refused': ({ verb, why }) => [`was refused (${words(verb)}): ${why}`],
  'rollback.asked': ({ number, reason, deadline }, zone) => [
    `asked for rollback decision ${number}, by `,
    time(deadline, zone),
    `: ${reason}`,
  ],
  'rollback.advised': ({ number, text }) => [`advised on decision ${number}: ${text}`],
  'rollback.escalated': ({ number, deputy }) => [
    'called in the deputy, ',
    { type: 'user', id: deputy },
    `, since decision ${number} had no answer`,
  ],
  'rollback.extended': ({ number, minutes }) => [`gave decision ${number} ${sayMinutes(minutes)} more`],
  'rollback.decided': ({ number, choice, how }) => [
    `decided (decision ${number}): ${words(choice)}${how === 'silence' ? ', as the plan says for silence' : ''}`,
  ],
  'message.retried': ({ kind, target }) => [
    `had ${nameOfMessage(kind)} to `,
    idInline(target),
    ' tried again',
  ],
  'message.failed': ({ kind, target, error }) => [
    `could not deliver ${nameOfMessage(kind)} to `,
    idInline(target),
    `: ${words(error)}`,
  ],
  'timetable.skipped': ({ kind, dueAt, reason }, zone) => [
    `left out ${nameOfMessage(kind)} of `,
    time(dueAt, zone),
    `: ${reason}`,
  ],
  'timetable.failed': ({ kind, dueAt, reason }, zone) => [
    `failed at ${nameOfMessage(kind)} of `,
    time(dueAt, zone),
    `: ${reason}`,
  ],
  'audience.resolved': ({ kind, channels, people, leftOut }) => [
    `found ${count(channels, 'channel', 'channels')} and ${count(people, 'person', 'people')} for ${nameOfMessage(kind)}`,
    ...leftOut.flatMap(
      ({ target, why }, index): Said => [index === 0 ? '; left out: ' : ', ', idInline(target), ` (${why})`],
    ),
  ],
  'heartbeat.missed': ({ first, last, count: missed }, zone) => [
    `missed ${count(missed, 'heartbeat', 'heartbeats')}, `,
    time(first, zone),
    ' – ',
    time(last, zone),
    '; one catch-up took their place',
  ],
  'heartbeat.silent': ({ dueAt, inARow }, zone) => [
    'sent the heartbeat of ',
    time(dueAt, zone),
    ` without a new status line (${inARow} in a row)`,
  ],
  'survey.opened': ({ people, closesAt }, zone) => [
    `opened the survey to ${count(people, 'person', 'people')}, until `,
    time(closesAt, zone),
  ],
  'survey.answered': ({ changed }) => [changed ? 'received a changed answer' : 'received an answer'],
  'survey.answer_deleted': () => ['deleted an answer, as its author wished'],
  'survey.closed': ({ people, answers }) => [
    `closed the survey: ${count(answers, 'answer', 'answers')} of ${count(people, 'person', 'people')}`,
  ],
};

/** Who, and what: as parts that Slack and Markdown each draw their own way. */
export function sayEntry(line: Line, zone: string): Inline[] {
  const said =
    line.fact === 'message.sent' || line.fact === 'message.withdrawn'
      ? sayFan(line.data)
      : saying(line.fact)(line.data as never, zone);
  return [whoOf(line), ' ', ...said].filter((part) => part !== '').map(asInline);
}

const saying = (fact: Exclude<Fact, Fanned>) => SAYINGS[fact] as (data: never, zone: string) => Said;

/** An answer to a survey names nobody. */
const whoOf = ({ actor, fact }: Line): Inline | string =>
  actor === null || fact.startsWith('survey.answer') ? 'Watchbell' : { type: 'user', id: actor };

/** Named one by one up to here; more are counted. */
const MOST_TARGETS = 3;

function sayFan({ kind, targets: all, lateSeconds, reason }: Fan): Said {
  // Channels come before people, since their ids do.
  const targets = all.toSorted();
  const channels = targets.filter((target) => /^[CG]/.test(target));
  const named = targets.length <= MOST_TARGETS ? targets : channels.slice(0, MOST_TARGETS);
  const more = targets.length - named.length;
  const others = more === 0 ? '' : named.length > 0 ? ` and ${more} more` : count(more, 'person', 'people');
  return [
    reason === undefined ? `sent ${nameOfMessage(kind)} to ` : `did not send ${nameOfMessage(kind)} to `,
    ...named.flatMap((target, index): Said => [index === 0 ? '' : ', ', idInline(target)]),
    others,
    lateSeconds >= 60 ? `, up to ${sayMinutes(lateSeconds / 60)} late` : '',
    reason === undefined ? '' : `: ${reason}`,
  ];
}

const asInline = (part: string | Inline): Inline =>
  typeof part === 'string' ? { type: 'text', text: part } : part;

const idInline = (id: string): Inline => (/^[CG]/.test(id) ? { type: 'channel', id } : { type: 'user', id });

const time = (iso: string, zone: string): Inline => dateInline(new Date(iso), zone);
const because = (why: string | undefined): string => (why ? `: ${why}` : '');
const labelled = (label: string, text: string | undefined): string => (text ? `. ${label}: ${text}` : '');
const count = (of: number, one: string, many: string): string => `${of} ${of === 1 ? one : many}`;
