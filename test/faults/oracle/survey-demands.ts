import { type Demand, type Known, leftOut } from './demand.ts';
import { DAY, MINUTE, workingMorning } from './plan.ts';

const NUDGE_AFTER = 3;
const OPEN_MS = 7 * 24 * 60 * MINUTE;

/** Everybody is asked once in their own morning, reminded once, and the room reads the results. */
export function survey(known: Known): Demand[] {
  const { life, key, slack, measure } = known;
  const { plan, ended } = life;
  if (ended?.how !== 'completed' || plan.survey === undefined || plan.surveyed.length === 0) return [];
  const days = plan.survey;
  const people = plan.surveyed.map((target) => {
    const zone = slack.user(target)?.tz ?? 'UTC';
    const invited = workingMorning(ended.at, days, zone);
    return { target, invited, nudged: workingMorning(invited, NUDGE_AFTER, zone) };
  });
  const excuse = (target: string, due: number) => {
    const answered = thankedAt(known, target);
    if (answered !== undefined && measure.mayBeUnderWay(due, answered)) return 'they have answered';
    const slots = [new Date(due).toISOString(), 'survey'];
    const left = Math.max(...slots.map((slot) => leftOut(life, 'survey.nudge', slot, target) ?? 0));
    return left >= due + DAY && measure.mayBeUnderWay(due, due + DAY) ? 'the morning was over' : undefined;
  };
  const closed = Math.max(...people.map(({ invited }) => invited)) + OPEN_MS;
  return [
    ...people.map(({ target, invited }) => ({
      kind: 'survey',
      slot: 'survey',
      target,
      due: invited,
      says: /: how is |: thank you/,
    })),
    ...people.map(({ target, nudged }) => ({
      kind: 'survey.nudge',
      slot: 'survey',
      target,
      due: nudged,
      excuse: excuse(target, nudged),
      says: /is still missing/,
    })),
    {
      kind: 'survey.results',
      slot: 'survey',
      target: plan.room,
      due: closed,
      says: new RegExp(`^${key}: what people say`),
    },
  ];
}

/** When somebody's invitation became thanks: after their answer was kept. */
export function thankedAt({ find }: Pick<Known, 'find'>, target: string): number | undefined {
  const invitation = find('survey', 'survey', target);
  if (!invitation) return undefined;
  if (THANKS.test(invitation.text)) return invitation.at;
  return invitation.edits?.find(({ text }) => THANKS.test(text))?.at;
}

const THANKS = /: thank you/;
