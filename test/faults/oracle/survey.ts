import type { Attempt } from '../people.ts';
import type { Known } from './demand.ts';
import { thankedAt } from './survey-demands.ts';
import type { Verdict } from './verdict.ts';

/** What people answered is counted, thanked for, and not asked for again. */
export function judgeSurvey(known: Known, attempts: readonly Attempt[], verdict: Verdict): void {
  const { life, key, find, measure } = known;
  const { plan, entries } = life;
  const wrong = (what: string) => verdict.wrong.push(`${key}: ${what}`);
  const closed = entries.find(({ fact }) => fact === 'survey.closed');
  const first = entries.filter(({ fact, data }) => fact === 'survey.answered' && data.changed === false);
  const taken = attempts.filter(({ verb, answer }) => verb === 'answer survey' && answer === TAKEN);
  const people = new Set(taken.map(({ by }) => by));
  if (first.length < people.size)
    wrong(`${people.size} people sent off their answers, and the record has ${first.length}`);
  const asked = new Set(attempts.filter(({ verb }) => verb === 'answer survey').map(({ by }) => by));
  if (first.length > asked.size) wrong(`the record has ${first.length} answers of ${asked.size} people`);
  for (const person of people)
    if (thankedAt(known, person) === undefined) wrong(`${person} answered the survey and was not thanked`);
  for (const person of plan.surveyed) {
    const [thanked, nudge] = [thankedAt(known, person), find('survey.nudge', 'survey', person)];
    if (thanked !== undefined && nudge && measure.stoodBy(thanked, nudge.at))
      wrong(`${person} was reminded of the survey after answering`);
  }
  if (!closed) return;
  const counted = first.filter(({ id }) => id < closed.id).length;
  const said = /(\d+) of (\d+) (?:person|people) answered/.exec(
    find('survey.results', 'survey', plan.room)?.text.replaceAll('*', ' ') ?? '',
  );
  if (said && (Number(said[1]) !== counted || Number(said[2]) !== plan.surveyed.length))
    wrong(`the results speak of ${said[0]}, and it were ${counted} of ${plan.surveyed.length}`);
  if (closed.data.answers !== counted)
    wrong(`the record closes the survey with ${String(closed.data.answers)} answers, and it were ${counted}`);
}

/** What the harness notes where the form was accepted. */
const TAKEN = 'The form was taken.';
