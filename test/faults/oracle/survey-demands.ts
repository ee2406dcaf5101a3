import { type Demand, type Known, leftOut } from './demand.ts';
import { DAY, MINUTE, workingMorning } from './plan.ts';

const NUDGE_AFTER = 3;
const OPEN_MS = 7 * 24 * 60 * MINUTE;

/** Everybody is asked once in their own morning, reminded once, and the room reads the results. */
export function survey({ life, key, slack, answering }: Known): Demand[] {
  const { plan, ended } = life;
  if (ended?.how !== 'completed' || plan.survey === undefined || plan.surveyed.length === 0) return [];
  const days = plan.survey;
  const people = plan.surveyed.map((target) => {
    const zone = slack.user(target)?.tz ?? 'UTC';
    const invited = workingMorning(ended.at, days, zone);
    return { target, invited, nudged: workingMorning(invited, NUDGE_AFTER, zone) };
  });
  const tooLate = (target: string, due: number) =>
    [due, 'survey'].some(
      (slot) =>
        (leftOut(
          life,
          'survey.nudge',
          typeof slot === 'number' ? new Date(slot).toISOString() : slot,
          target,
        ) ?? 0) >=
        due + DAY,
    );
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
      excuse: answering.has(target)
        ? 'they may have answered'
        : tooLate(target, nudged)
          ? 'the morning was over'
          : undefined,
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
