import { afterAll, describe, expect, test } from 'vitest';
import {
  CLEAN,
  openSlack,
  ROOM,
  Story,
  tellBeat,
  tellCompleted,
  tellPlanned,
  tellStarted,
} from './told-story.ts';

const sandbox = await openSlack();
afterAll(() => sandbox.close());
const containing = (text: string) => expect.stringContaining(text);

const OPEN = 'UP-1: roll back or keep going?';
const KEPT = 'UP-1: decided, keep going';

/** Asked at 12, the deputy is called at 13, and silence is taken at 14, unless something else is said. */
function decided({ called = 13, taken = 14 }: { called?: number; taken?: number } = {}): Story {
  const story = new Story(sandbox);
  tellPlanned(story);
  tellStarted(story);
  story.act('rollback', 'rollback.asked', 12, { number: 1, reason: 'logins fail' });
  delete story.attempts.at(-1)?.number;
  for (const target of [ROOM, 'UPRIYA']) story.say('decision', '1', target, 12, OPEN, KEPT);
  story.note('rollback.escalated', called, { number: 1 });
  story.say('decision', '1', 'USAM', called, OPEN, KEPT);
  story.say('rollback.escalated', '1', ROOM, called, 'UP-1: the deputy sponsor, please decide');
  story.note('rollback.decided', taken, { number: 1, choice: 'keep_going', how: 'silence' });
  story.say('notice.decided', '1', ROOM, taken, 'UP-1: the upgrade goes on');
  tellBeat(story, 1);
  tellCompleted(story);
  return story;
}

describe('deadlines of a decision', () => {
  test('kept → nothing to say', () => {
    expect(decided().judge()).toEqual(CLEAN);
  });

  test('the deputy called late, or silence taken late, for no reason → lost', () => {
    expect(decided({ called: 13.8, taken: 14.8 }).judge().lost).toEqual([
      containing('the deputy was called 2400 ms late'),
    ]);
    expect(decided({ taken: 14.9 }).judge().lost).toEqual([
      containing('settled 2700 ms after the last deadline'),
    ]);
  });

  test('the same after a strike → not', () => {
    const story = decided({ called: 13.8, taken: 14.8 });
    story.strike(12.9);
    expect(story.judge()).toEqual(CLEAN);
  });

  test('too soon → early; not what the plan says → wrong', () => {
    expect(decided({ called: 12.5, taken: 14 }).judge().early).toContain(
      'UP-1 decision 1: deputy called before the deadline',
    );
    const story = decided();
    const entry = story.record.find(({ fact }) => fact === 'rollback.decided');
    if (entry) entry.data.choice = 'roll_back';
    expect(story.judge().wrong).toContain('UP-1 decision 1: silence means keep_going');
  });
});

describe('the question of the point of no return', () => {
  function working(until: number): Story {
    const story = new Story(sandbox);
    tellPlanned(story);
    tellStarted(story);
    for (let slot = 1; 10 + 5 * slot < until; slot++) tellBeat(story, slot);
    tellCompleted(story, until);
    return story;
  }

  test('work goes on, and nobody is asked → lost, also where the record says that it was left out', () => {
    const story = working(24);
    story.note('timetable.skipped', 24, { kind: 'rollback.point-of-no-return', slot: '1' });
    expect(story.judge().lost).toContain(
      'UP-1: no decision was asked for when the point of no return neared',
    );
  });

  test('the work ended while a strike was felt → not', () => {
    const story = working(23.4);
    story.strike(20.9, 21.5);
    expect(story.judge().lost).not.toContain(
      'UP-1: no decision was asked for when the point of no return neared',
    );
  });
});
