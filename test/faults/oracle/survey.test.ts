import { afterAll, describe, expect, test } from 'vitest';
import { at, CLEAN, openSlack, ROOM, type Story, tellAll } from './told-story.ts';

const sandbox = await openSlack();
afterAll(() => sandbox.close());
const containing = (text: string) => expect.stringContaining(text);

/** Minutes of the story; Emma lives in Berlin, one hour ahead of UTC. */
const day = (days: number) => days * 24 * 60 + 60;
const THANKS = 'UP-1: thank you';

/** Asked on the next morning, reminded after the weekend if need be, results after a week. */
function surveyed({ answered }: { answered?: number }): Story {
  const story = tellAll(sandbox, '1d');
  const invitation = story.say('survey', 'survey', 'UEMMA', day(1), 'UP-1: how is crm for you?');
  if (answered !== undefined) {
    story.try('answer survey', answered, { by: 'emma', answer: 'The form was taken.' });
    story.note('survey.answered', answered, { changed: false });
    invitation.edits = [{ at: at(answered + 0.1), text: THANKS }];
  }
  if (answered === undefined) remind(story);
  const answers = answered === undefined ? 0 : 1;
  story.note('survey.closed', day(8), { people: 1, answers });
  story.say('survey.results', 'survey', ROOM, day(8), results(answers));
  return story;
}

const remind = (story: Story) =>
  story.say('survey.nudge', 'survey', 'UEMMA', day(6), 'UP-1: your answer is still missing');
const results = (answers: number) => `UP-1: what people say about it\n${answers} of 1 person answered (0 %).`;

describe('a survey', () => {
  test('silent and reminded, or answered and not → clean', () => {
    expect(surveyed({}).judge()).toEqual(CLEAN);
    expect(surveyed({ answered: day(2) }).judge()).toEqual(CLEAN);
  });

  test('silent and not reminded → lost; answered and reminded → wrong', () => {
    const silent = surveyed({});
    silent.drop('survey.nudge', 'UEMMA');
    expect(silent.judge().lost).toEqual([containing('survey.nudge')]);
    const asked = surveyed({ answered: day(2) });
    remind(asked);
    expect(asked.judge().wrong).toEqual([containing('UEMMA was reminded of the survey after answering')]);
  });

  test('left out because the morning was over → only where a strike lasted so long', () => {
    const late = surveyed({});
    late.drop('survey.nudge', 'UEMMA');
    late.note('timetable.skipped', day(7) + 1, {
      kind: 'survey.nudge',
      slot: new Date(at(day(6))).toISOString(),
    });
    expect(late.judge().lost).toEqual([containing('survey.nudge')]);
    late.strike(day(6), day(7));
    expect(late.judge().lost).toEqual([]);
  });

  test('an answer that is not counted, not thanked for, or not on the record → wrong', () => {
    const uncounted = surveyed({ answered: day(2) });
    const said = uncounted.seen.find(({ text }) => text.includes('what people say'));
    if (said) said.text = results(0);
    expect(uncounted.judge().wrong).toEqual([containing('the results speak of 0 of 1 person answered')]);
    const unthanked = surveyed({ answered: day(2) });
    for (const seen of unthanked.seen) delete seen.edits;
    expect(unthanked.judge().wrong).toEqual(['UP-1: UEMMA answered the survey and was not thanked']);
    const forgotten = surveyed({});
    forgotten.try('answer survey', day(7), { by: 'emma', answer: 'The form was taken.' });
    expect(forgotten.judge().wrong).toContain('UP-1: 1 people sent off their answers, and the record has 0');
  });
});
