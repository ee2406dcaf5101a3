import { describe, expect, test } from 'vitest';
import { by, draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { decideNow, type Moment, startableFrom } from './decide-now.ts';
import { STATES, type State } from './lifecycle.ts';
import { findOffer, offersFor, offersIn } from './offers.ts';
import { keyOf } from './store.ts';

const { db } = await testDatabase();
/** 22:00 to 02:45 in Berlin; a rollback fits until 00:45. */
const START = new Date('2026-12-05T21:00:00Z');
const draft = await draftOf(await testContext(db, [], START));
const key = keyOf(draft);
const inState = (state: State) => ({ ...draft, state });
const minutes = (count: number) => new Date(START.getTime() + count * 60_000);
const full = { guest: false, bot: false, deactivated: false, foreign: false };
const dana = { userId: by('dana').userId, member: full };

const offered = (state: State, moment: Moment, openIssues = 0) =>
  offersIn(inState(state), { ...moment, openIssues }).map(({ action_id }) => action_id);

describe('Start', () => {
  test.each([
    ['a week before', -7 * 24 * 60, undefined],
    ['16 minutes before', -16, undefined],
    ['15 minutes before', -15, 'upgrade.start'],
    ['on time', 0, 'upgrade.start'],
    ['a minute before the point of no return', 164, 'upgrade.start'],
    ['at the point of no return', 165, 'upgrade.start.anyway'],
    ['a minute before the end', 284, 'upgrade.start.anyway'],
    ['at the end', 285, undefined],
  ])('%s → offered if it would be accepted', (_when, at, actionId) => {
    const now = minutes(at);
    const starts = offered('scheduled', { now }).filter((id) => id?.startsWith('upgrade.start'));
    expect(starts).toEqual(actionId ? [actionId] : []);
    expect('to' in decideNow(inState('scheduled'), 'start', { now })).toBe(actionId !== undefined);
    const own = offersFor(inState('scheduled'), dana, { now, openIssues: 0 }).map((each) => each.action_id);
    expect(own.includes('upgrade.start')).toBe(actionId === 'upgrade.start');
  });

  test('too early → moved first, so that everybody hears the new time', () => {
    expect(decideNow(inState('scheduled'), 'start', { now: minutes(-16) })).toEqual({
      refusal: `${key} is planned to start in 16 minutes, and nobody expects it before.`,
      next: `It can be started from 15 minutes before. To begin earlier, move it with /upgrade reschedule ${key}, so that everybody who was told hears the new time.`,
    });
    expect(startableFrom(draft)).toEqual(minutes(-15));
  });

  test('after the point of no return → asks first, and says what it means', () => {
    expect(findOffer(draft, 'start', minutes(165))?.confirm?.text).toMatch(
      /A rollback no longer fits.*the sponsor is asked at once/,
    );
    expect(findOffer(draft, 'start', minutes(164))?.confirm?.text).not.toContain('rollback');
  });
});

describe('Complete', () => {
  test.each([
    ['no decision is open', undefined, true],
    ['one waits for the sponsor', { called: false }, false],
    ['one waits for the deputy too', { called: true }, false],
  ])('%s → offered: %s', (_what, decision, isOffered) => {
    const ids = offered('verifying', { now: START, decision });
    expect(ids.includes('upgrade.done')).toBe(isOffered);
    expect(ids).toContain('rollback.ask');
  });
});

test('an issue is resolved where one is open', () => {
  expect(offered('in_progress', { now: START })).not.toContain('upgrade.resolve');
  expect(offered('in_progress', { now: START }, 1)).toContain('upgrade.resolve');
});

test.each(STATES)('%s: each offer is about this upgrade', (state) => {
  const values = offersIn(inState(state), { now: START, openIssues: 1 }).map(({ value }) => value);
  expect(new Set(values)).toEqual(new Set(values.length > 0 ? [String(draft.id)] : []));
});
