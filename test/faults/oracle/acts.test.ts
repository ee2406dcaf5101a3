import { afterAll, describe, expect, test } from 'vitest';
import {
  at,
  CLEAN,
  iso,
  openSlack,
  Story,
  tellAll,
  tellBeat,
  tellCompleted,
  tellPlanned,
  tellStarted,
} from './told-story.ts';

const sandbox = await openSlack();
afterAll(() => sandbox.close());
const containing = (text: string) => expect.stringContaining(text);

/** At work, with what happens between the start and the first heartbeat. */
function working(during: (story: Story) => void, issues = 'none', line?: string): Story {
  const story = new Story(sandbox);
  tellPlanned(story);
  tellStarted(story);
  during(story);
  tellBeat(story, 1, { issues, ...(line ? { line } : {}) });
  tellCompleted(story);
  return story;
}

describe('what stands on the record', () => {
  test('by somebody who may not, or who did nothing of the kind → wrong', () => {
    const stranger = working((story) => story.act('issue', 'issue.opened', 12, { number: 1 }, 'zoe'), '1');
    expect(stranger.judge().wrong).toContain('UP-1: issue.opened by UZOE, who may not');
    const invented = tellAll(sandbox);
    invented.attempts.shift();
    expect(invented.judge()).toEqual({
      ...CLEAN,
      wrong: ['UP-1: upgrade.scheduled by UDANA, who did not do that'],
    });
  });

  test('whoever is not named in the plan may not ask for a rollback either', () => {
    const story = working((each) =>
      each.act('rollback', 'rollback.advised', 12, { number: 1, text: 'no' }, 'zoe'),
    );
    expect(story.judge().wrong).toContain('UP-1: rollback.advised by UZOE, who may not');
  });

  test('twice by one request → wrong; by two requests → as often as was asked', () => {
    const report = (story: Story, number: number) =>
      story.note('issue.opened', 12, { number, text: 'slow' }, 'UDANA');
    const once = working((story) => {
      story.act('issue', 'issue.opened', 12, { number: 1, text: 'slow' });
      delete story.attempts.at(-1)?.number;
      report(story, 2);
    }, '2');
    expect(once.judge()).toEqual({ ...CLEAN, wrong: [containing('who did not do that so often')] });
    const twice = working((story) => {
      story.try('issue', 12, { text: 'slow', sent: 2 });
      report(story, 1);
      report(story, 2);
    }, '2');
    expect(twice.judge()).toEqual(CLEAN);
  });

  test('in a state in which it cannot be: started twice, decided twice → wrong', () => {
    const started = tellAll(sandbox);
    started.act('start', 'upgrade.started', 17.1);
    expect(started.judge().wrong).toContain('UP-1: upgrade.started by UDANA when it was completed');
    const decided = working((story) => {
      story.note('rollback.decided', 12, { number: 1, choice: 'keep_going', how: 'silence' });
    });
    expect(decided.judge().wrong).toContain('UP-1: rollback.decided by Watchbell when it was in_progress');
  });

  test('closed by its lead or sponsor → clean; by anybody else, before its end, or twice → wrong', () => {
    const closed = (by: string) => {
      const story = tellAll(sandbox);
      story.act('close', 'upgrade.closed', 17.5, {}, by);
      Object.assign(story.seen[0] ?? {}, { finally: 'UP-1 Upgrade 1\nClosed' });
      return story;
    };
    for (const by of ['dana', 'priya']) expect(closed(by).judge()).toEqual(CLEAN);
    expect(closed('sam').judge().wrong).toContain('UP-1: upgrade.closed by USAM, who may not');
    const twice = closed('dana');
    twice.act('close', 'upgrade.closed', 17.6);
    expect(twice.judge().wrong).toContain('UP-1: upgrade.closed by UDANA when it was closed');
    const working = new Story(sandbox);
    tellPlanned(working);
    tellStarted(working);
    working.act('close', 'upgrade.closed', 12);
    expect(working.judge().wrong).toContain('UP-1: upgrade.closed by UDANA when it was in_progress');
  });

  test('a plan that is edited, or a message that is tried again, by somebody who may not → wrong', () => {
    const story = tellAll(sandbox);
    story.note('upgrade.edited', 18, {}, 'UUMA');
    story.note('message.retried', 18, {}, 'USAM');
    const { wrong } = story.judge();
    expect(wrong).toContain('UP-1: upgrade.edited by UUMA when it was completed');
    expect(wrong).toContain('UP-1: upgrade.edited by UUMA, who may not');
    expect(wrong).toContain('UP-1: message.retried by USAM, who may not');
  });

  test('moved to another time than somebody said → wrong', () => {
    const story = new Story(sandbox);
    tellPlanned(story);
    story.act('reschedule', 'upgrade.rescheduled', 6, { from: iso(10), to: iso(20) });
    Object.assign(story.attempts.at(-1) ?? {}, { start: at(21) });
    expect(story.judge().wrong).toContain('UP-1: upgrade.rescheduled by UDANA, who did not do that');
  });
});

describe('what people try', () => {
  test('an answer that promises what is not on the record → wrong, also where something like it is', () => {
    const answer = '*Your status line for UP-1 is kept:*\n> two';
    const story = working(
      (each) => {
        each.act('status', 'status.reported', 11, { text: 'one' });
        each.try('status', 12, { text: 'two', answer });
      },
      'none',
      'one\n<@UDANA>, <!date',
    );
    expect(story.judge().wrong).toContainEqual(containing('the record has no status.reported for it'));
  });

  test('tried in vain though it was allowed → wrong; while something was struck → not', () => {
    const ignored = (strike: boolean) =>
      working((story) => {
        story.try('issue', 12, { by: 'uma', text: 'slow', answer: 'Not done: no.' });
        if (strike) story.strike(11.9);
      });
    expect(ignored(false).judge()).toEqual({ ...CLEAN, wrong: [containing('as was allowed')] });
    expect(ignored(true).judge()).toEqual(CLEAN);
  });

  test('no answer → wrong; while something was struck → not; nothing sent → nothing to answer', () => {
    const unanswered = (more: { struck?: boolean; sent?: number }) =>
      working((story) => {
        story.try('resolve', 12, { number: 3, answer: '', sent: more.sent ?? 1 });
        if (more.struck) story.strike(11.5);
      });
    expect(unanswered({}).judge()).toEqual({ ...CLEAN, wrong: [containing('was never answered')] });
    expect(unanswered({ struck: true }).judge()).toEqual(CLEAN);
    expect(unanswered({ sent: 0 }).judge()).toEqual(CLEAN);
  });

  test('a vote without an answer, once the button is gone → what was struck at first counts', () => {
    const unanswered = (struck: number) =>
      working((story) => {
        story.try('vote more_time', 11, { by: 'priya', to: at(17), answer: '' });
        story.strike(struck);
      });
    expect(unanswered(10.9).judge()).toEqual(CLEAN);
    expect(unanswered(16.9).judge()).toEqual({ ...CLEAN, wrong: [containing('was never answered')] });
  });

  test('a vote that nobody heard until silence had decided → wrong; just before it did → not', () => {
    const unheard = (settled: number) =>
      working((story) => {
        story.act('rollback', 'rollback.asked', 11, { number: 1, text: 'slow' });
        const answer = 'UP-1 was decided already: keep going.';
        story.try('vote roll_back', 11.2, { by: 'priya', to: at(settled + 0.2), answer });
        story.note('rollback.decided', settled, { number: 1, choice: 'keep_going', how: 'silence' });
      }).judge().wrong;
    const vain = containing('tried to vote roll_back');
    expect(unheard(15)).toContainEqual(vain);
    expect(unheard(11.4)).not.toContainEqual(vain);
  });

  test('done, refused because it is being rolled back → wrong; decided at that very moment → not', () => {
    const refused = (decided: number) =>
      working((story) => {
        story.act('rollback', 'rollback.asked', 11, { number: 1, text: 'slow' });
        story.try('done', 12, { to: at(12.2), answer: 'Not done: UP-1 is being rolled back.' });
        story.note('rollback.decided', decided, { number: 1, choice: 'roll_back', how: 'silence' });
      }).judge().wrong;
    const vain = containing('tried to done');
    expect(refused(11.5)).toContainEqual(vain);
    expect(refused(12.1)).not.toContainEqual(vain);
  });

  const REFUSED = 'Not done: Only the upgrade lead can do this.';

  test('without the right: refused → clean; answered otherwise → wrong', () => {
    const tried = (answer: string) =>
      working((story) => {
        story.try('status', 12, { by: 'zoe', text: 'x', answer });
        story.note('act.refused', 12, {}, 'UZOE');
      });
    expect(tried(REFUSED).judge()).toEqual(CLEAN);
    expect(tried('Thank you.').judge()).toEqual({ ...CLEAN, wrong: [containing('without the right')] });
  });

  test('a refusal of which the record has nothing → wrong, also where no form was sent; never answered → not', () => {
    const refused = (tried: { answer?: string; sent?: number }, noted?: { at: number; by: string }) =>
      working((story) => {
        story.strike(11.9);
        story.try('status', 12, { by: 'zoe', text: 'x', answer: REFUSED, ...tried });
        if (noted) story.note('act.refused', noted.at, {}, noted.by);
      }).judge();
    const missing = { ...CLEAN, wrong: [containing('the record has no act.refused')] };
    expect(refused({})).toEqual(missing);
    expect(refused({ sent: 0 })).toEqual(missing);
    expect(refused({}, { at: 12, by: 'UXAVIER' })).toEqual(missing);
    expect(refused({}, { at: 10, by: 'UZOE' })).toEqual(missing);
    expect(refused({}, { at: 12, by: 'UZOE' })).toEqual(CLEAN);
    expect(refused({ answer: '' })).toEqual(CLEAN);
  });

  test('a vote without the right on what may have been decided already → nothing need be recorded', () => {
    const voted = (decided?: number) =>
      working((story) => {
        story.act('rollback', 'rollback.asked', 11, { number: 1, text: 'slow' });
        story.try('vote keep_going', 11.5, { by: 'zoe', answer: REFUSED });
        if (decided !== undefined)
          story.note('rollback.decided', decided, { number: 1, choice: 'keep_going', how: 'silence' });
      }).judge().wrong;
    const missing = containing('the record has no act.refused');
    expect(voted()).toContainEqual(missing);
    expect(voted(12.5)).toContainEqual(missing);
    expect(voted(11.5)).not.toContainEqual(missing);
  });
});
