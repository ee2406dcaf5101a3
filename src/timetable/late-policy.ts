import { differenceInMilliseconds } from 'date-fns';

/** What becomes of something whose time has passed, because Watchbell, its queue or Slack could not work. */
export interface LatePolicy {
  /** What it is, as people call it. */
  what: string;
  late: 'done late' | 'collapsed' | 'left out';
  /** How, in a sentence for people. */
  how: string;
  /** The reasons with which it is left out; they stand on the record. */
  leftOut?: Record<string, string>;
  /** Minutes after its time from which on it is left out, both as a row and as a message. */
  uselessAfter?: number;
  /** Of several messages of this kind to the same target, none is sent after a newer one. */
  newestOnly?: true;
}

const ended = 'the work has ended';
const state = 'the upgrade is … by now';
const moved = 'the window has been moved since';
const settled = 'it was settled before';
const closed = 'the survey is closed';

/** By kind of row or message; rendered into docs/late-policy.md. A message of a kind that is not listed is sent however late. */
export const LATE_POLICY = {
  notice: {
    what: 'Announcement or reminder ahead of the window',
    late: 'done late',
    how: 'Sent until the planned start. It is written when it is sent, so it says the time that really remains.',
    leftOut: {
      state,
      passed: 'its time had passed already when the window was scheduled',
      overtaken: 'the next notice is due already and takes its place',
      started: 'the planned start has passed',
      moved,
      nobody: 'the plan names nobody who can be told',
    },
  },
  role: {
    what: "Word of somebody's role",
    late: 'done late',
    how: 'Told however late, with the time that holds then.',
    leftOut: { state },
  },
  'notice.moved': {
    what: 'Word of a move',
    late: 'done late',
    how: 'Told however late, as long as that time holds.',
    leftOut: { state, again: 'the window was moved again' },
  },
  'start.awaited': {
    what: 'Question to the lead, when nobody has started 5 minutes after the planned start',
    late: 'done late',
    how: 'Asked however late, as long as nobody has started, until the sponsor is asked as well.',
    leftOut: { state, moved, overdue: 'the sponsor is asked already' },
  },
  'start.overdue': {
    what: 'Question to lead and sponsor, and word to everybody told, when nobody has started 30 minutes after it',
    late: 'done late',
    how: 'Asked and told however late, as long as nobody has started.',
    leftOut: { state, moved },
  },
  'notice.not_started': {
    what: 'Word to everybody told that nobody has started',
    late: 'done late',
    how: 'Told however late, as long as nobody has started.',
    leftOut: { state, moved },
  },
  'notice.started': {
    what: 'Word of the start',
    late: 'done late',
    how: 'Told however late, as long as the work goes on.',
    leftOut: { ended },
  },
  heartbeat: {
    what: 'Heartbeat',
    late: 'collapsed',
    how: 'One catch-up for the latest that is due takes the place of all that were missed, and says so.',
    leftOut: { ended },
    newestOnly: true,
  },
  'heartbeat.ask': {
    what: 'Question to the communicator for a status line',
    late: 'left out',
    how: 'Asked only while its heartbeat is still to come.',
    leftOut: { ended, due: 'the heartbeat that it asks for is due already' },
    uselessAfter: 5,
  },
  'window.end': {
    what: 'Question at the planned end of the window',
    late: 'done late',
    how: 'Asked however late, as long as the work goes on.',
    leftOut: { ended },
  },
  'decision.deadline': {
    what: "The sponsor's deadline for a rollback decision",
    late: 'done late',
    how: 'The deputy is called in however late, and has the full time from then on.',
    leftOut: { settled },
  },
  'rollback.escalated': {
    what: 'Call to the deputy in the room',
    late: 'done late',
    how: 'Sent however late, as long as nobody has decided.',
    leftOut: { settled },
  },
  'decision.final': {
    what: 'The last deadline for a rollback decision',
    late: 'done late',
    how: "The plan's word on silence is taken however late; until then a person may still decide.",
    leftOut: { settled },
  },
  'rollback.point-of-no-return': {
    what: 'The point of no return nears',
    late: 'done late',
    how: 'The decision is opened however late, and says whether a rollback still fits.',
    leftOut: { closed: 'no work is open any more', open: 'a decision is open already' },
  },
  'headline.refresh': {
    what: 'Pinned message, drawn anew as time passes',
    late: 'collapsed',
    how: 'Drawn once, with the facts of that moment.',
  },
  'survey.open': {
    what: 'Survey: who is asked, and when',
    late: 'done late',
    how: 'Prepared however late; nobody is asked twice.',
    leftOut: {
      nothing: 'there is nothing to ask about',
      nobody: "nobody of the plan's audience could be found",
      before: 'it was opened before',
    },
  },
  'survey.invite': {
    what: 'Survey: invitation',
    late: 'done late',
    how: 'Sent until the survey closes.',
    leftOut: { closed },
  },
  survey: {
    what: 'Survey: the message to one person',
    late: 'done late',
    how: 'Sent until the survey closes; then drawn anew where it stands.',
    leftOut: { closed },
  },
  'survey.nudge': {
    what: 'Survey: the one reminder',
    late: 'left out',
    how: 'Sent within a day, or not at all: it is meant for the morning.',
    leftOut: {
      closed,
      answered: 'everybody has answered',
      meanwhile: 'they have answered meanwhile',
    },
    uselessAfter: 24 * 60,
  },
  'survey.close': {
    what: 'Survey: results',
    late: 'done late',
    how: 'Published however late.',
    leftOut: { closed },
  },
  'delivery.stuck': {
    what: 'Word to the lead of a message that gets nowhere',
    late: 'done late',
    how: 'Told as long as that message waits.',
    leftOut: { arrived: 'it does not wait any more' },
  },
} as const satisfies Record<string, LatePolicy>;

/** For kinds that are known only at run time. */
export const findLatePolicy = (kind: string): LatePolicy | undefined =>
  (LATE_POLICY as Record<string, LatePolicy>)[kind];

/** Kinds of which only the newest message is worth sending. */
export const NEWEST_ONLY: readonly string[] = Object.entries<LatePolicy>(LATE_POLICY).flatMap(
  ([kind, { newestOnly }]) => (newestOnly ? [kind] : []),
);

/** Kinds of messages that speak of work that goes on: those for which it is a reason that the work has ended. */
export const ENDS_WITH_WORK: readonly string[] = Object.entries<LatePolicy>(LATE_POLICY).flatMap(
  ([kind, { leftOut }]) => (leftOut?.ended ? [kind] : []),
);

/** Why something of this kind must not be done so late; undefined when it must. */
export function judgeLateness(kind: string, dueAt: Date, now: Date): string | undefined {
  const { uselessAfter } = findLatePolicy(kind) ?? {};
  const late = differenceInMilliseconds(now, dueAt) / 60_000;
  if (uselessAfter === undefined || late <= uselessAfter) return undefined;
  return `it came ${Math.ceil(late)} min late, and is of no use later than ${uselessAfter} min`;
}

/**
 * The same for a message that has not been posted yet; `overtaken`: a newer one of its kind waits for the same target, or
 * was sent there; `ended`: it speaks of work that has ended.
 */
export function judgeMessage(
  { kind, plannedFor, overtaken, ended: over }: Judged,
  now: Date,
): string | undefined {
  if (over) return ended;
  return judgeLateness(kind, plannedFor, now) ?? (overtaken ? OVERTAKEN : undefined);
}

/** Why a message was left out for a newer one of its kind, as the record says it. */
export const OVERTAKEN = 'a newer one takes its place';

interface Judged {
  kind: string;
  plannedFor: Date;
  overtaken: boolean;
  ended: boolean;
}

/** The table for people, as Markdown. */
export function latePolicyTable(): string {
  const rows = Object.entries<LatePolicy>(LATE_POLICY).map(([kind, policy]) => {
    const reasons = Object.values(policy.leftOut ?? {});
    if (policy.uselessAfter !== undefined)
      reasons.push(`it is more than ${policy.uselessAfter} minutes late`);
    if (policy.newestOnly)
      reasons.push('a newer message of its kind waits for the same target, or was sent there');
    const cells = [policy.what, `\`${kind}\``, policy.late, policy.how, reasons.join('; ') || 'never'];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| what | kind | when late | how | left out when |', '|---|---|---|---|---|', ...rows].join('\n');
}
