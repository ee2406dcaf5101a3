import { surveyTime } from '../upgrade/window.ts';
import type { FeedbackKind } from './tables.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days between being asked and the one reminder, at 10:00 of a working day again. */
const NUDGE_AFTER_DAYS = 3;
/** Days between the last invitation and the end. */
const OPEN_DAYS = 7;
/** With fewer answers everybody could tell whose they are. */
const FEWEST_SHOWN = 3;

export const SATISFACTION = ['very dissatisfied', 'dissatisfied', 'neutral', 'satisfied', 'very satisfied'];

export const KINDS: [FeedbackKind, name: string][] = [
  ['bug', 'Something is broken'],
  ['missing', 'Something is missing'],
  ['how_to', 'How do I …?'],
];

export interface Invitation {
  userId: string;
  inviteAt: Date;
  nudgeAt: Date;
}

export interface Answer {
  /** 1 (very dissatisfied) to 5 (very satisfied). */
  satisfaction: number;
  difficulty: string | null;
  kind: FeedbackKind | null;
  suggestion: string | null;
  mayName: boolean;
}

/**
 * When the survey is prepared: before anybody can be asked. Wherever a person is, 10:00 of the day that is `days` after
 * theirs of the completion is at most 14 hours earlier than exactly `days` later; the rest allows for a change of clocks.
 */
export const preparedAt = (completedAt: Date, days: number): Date =>
  new Date(completedAt.getTime() + days * DAY - 16 * HOUR);

/** Each at 10:00 of a working day in their own zone; worked out once for each zone, since people are many. */
export function deriveInvitations(
  people: readonly { id: string; timezone: string }[],
  completedAt: Date,
  days: number,
): Invitation[] {
  const zones = new Set(people.map(({ timezone }) => timezone));
  const times = new Map(
    Array.from(zones, (zone) => {
      const inviteAt = surveyTime(completedAt, days, zone);
      return [zone, { inviteAt, nudgeAt: surveyTime(inviteAt, NUDGE_AFTER_DAYS, zone) }] as const;
    }),
  );
  return people.flatMap(({ id, timezone }) => {
    const at = times.get(timezone);
    return at ? [{ userId: id, ...at }] : [];
  });
}

export const closingTime = (invitations: readonly Invitation[]): Date =>
  new Date(Math.max(...invitations.map(({ inviteAt }) => inviteAt.getTime())) + OPEN_DAYS * DAY);

/** Every instant once, earliest first. */
export const distinct = (instants: readonly Date[]): Date[] =>
  [...new Set(instants.map((at) => at.getTime()))].sort((a, b) => a - b).map((at) => new Date(at));

export interface Comment {
  text: string;
  /** Only of those who agreed. */
  userId: string | null;
}

export interface Results {
  invited: number;
  answered: number;
  /** Whole per cent. */
  rate: number;
  /** From 1 to 5; undefined where too few answered to be shown without pointing at somebody. */
  distribution: number[] | undefined;
  average: string | undefined;
  comments: { kind: string; comments: Comment[] }[];
}

/**
 * What the room is told. Nobody is named who did not agree to it; with fewer than three answers neither the distribution
 * nor an unnamed comment is shown. Comments stand in the order of their words, so that their order tells nothing.
 */
export function deriveResults(invited: number, answers: readonly (Answer & { userId: string })[]): Results {
  const enough = answers.length >= FEWEST_SHOWN;
  const total = answers.reduce((sum, { satisfaction }) => sum + satisfaction, 0);
  const kinds = [...KINDS, [null, 'Other remarks'] as const];
  return {
    invited,
    answered: answers.length,
    rate: invited === 0 ? 0 : Math.round((answers.length / invited) * 100),
    distribution: enough ? SATISFACTION.map((_, index) => countOf(answers, index + 1)) : undefined,
    average: enough ? (total / answers.length).toFixed(1) : undefined,
    comments: kinds
      .map(([kind, name]) => ({
        kind: name,
        comments: commentsOf(answers.filter((each) => each.kind === kind && (enough || each.mayName))),
      }))
      .filter(({ comments }) => comments.length > 0),
  };
}

const countOf = (answers: readonly Answer[], satisfaction: number): number =>
  answers.filter((each) => each.satisfaction === satisfaction).length;

function commentsOf(answers: readonly (Answer & { userId: string })[]): Comment[] {
  return answers
    .flatMap(({ difficulty, suggestion, mayName, userId }) =>
      [difficulty, suggestion]
        .filter((text) => text !== null)
        .map((text) => ({ text, userId: mayName ? userId : null })),
    )
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}
