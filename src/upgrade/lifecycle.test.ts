import { describe, expect, test } from 'vitest';
import { decideTransition, isRunning, STATES, type State, VERBS, type Verb, verbsFrom } from './lifecycle.ts';

// Rows: states; an entry is the verb and the state it leads to. Whatever is not here is refused.
const ALLOWED: Record<State, Partial<Record<Verb, State>>> = {
  draft: { plan: 'draft', schedule: 'scheduled', cancel: 'cancelled', view: 'draft', resend: 'draft' },
  scheduled: {
    reschedule: 'scheduled',
    cancel: 'cancelled',
    start: 'in_progress',
    view: 'scheduled',
    resend: 'scheduled',
  },
  in_progress: {
    status: 'in_progress',
    issue: 'in_progress',
    resolve: 'in_progress',
    ask_rollback: 'in_progress',
    decide: 'in_progress',
    verify: 'verifying',
    view: 'in_progress',
    resend: 'in_progress',
  },
  verifying: {
    status: 'verifying',
    issue: 'verifying',
    resolve: 'verifying',
    ask_rollback: 'verifying',
    decide: 'verifying',
    complete: 'completed',
    view: 'verifying',
    resend: 'verifying',
  },
  rolling_back: {
    status: 'rolling_back',
    issue: 'rolling_back',
    resolve: 'rolling_back',
    rolled_back: 'rolled_back',
    view: 'rolling_back',
    resend: 'rolling_back',
  },
  rolled_back: { close: 'closed', view: 'rolled_back', resend: 'rolled_back' },
  completed: { close: 'closed', view: 'completed', resend: 'completed', answer_survey: 'completed' },
  closed: { view: 'closed', resend: 'closed', answer_survey: 'closed' },
  cancelled: { view: 'cancelled', resend: 'cancelled' },
};

const everyPair = STATES.flatMap((state) => VERBS.map((verb) => [state, verb] as const));

describe('what may follow what', () => {
  test.each(everyPair)('%s, %s', (state, verb) => {
    const to = ALLOWED[state][verb];
    const expected = to
      ? { to }
      : { refusal: expect.stringMatching(/^UP-2 is .+\.$/), next: expect.stringMatching(/^[^`]+\.$/) };
    expect(decideTransition({ key: 'UP-2', state }, verb)).toEqual(expected);
  });

  test.each(STATES)('the verbs that may follow %s', (state) => {
    expect(new Set(verbsFrom(state))).toEqual(new Set(Object.keys(ALLOWED[state])));
  });

  test.each(['in_progress', 'verifying'] as const)(
    'a decision while %s rolls back only when it says so',
    (state) => {
      expect(decideTransition({ key: 'UP-2', state }, 'decide', 'roll_back')).toEqual({ to: 'rolling_back' });
      expect(decideTransition({ key: 'UP-2', state }, 'decide', 'keep_going')).toEqual({ to: state });
      expect(decideTransition({ key: 'UP-2', state }, 'decide', 'more_time')).toEqual({ to: state });
    },
  );

  test.each([
    ['completed', 'start', 'UP-2 is completed, so it cannot be started.'],
    ['scheduled', 'resolve', 'UP-2 is scheduled, so no issue can be resolved in it.'],
    ['scheduled', 'issue', 'UP-2 is scheduled, so no issue can be reported on it.'],
    ['in_progress', 'start', 'UP-2 is in progress already.'],
    ['closed', 'close', 'UP-2 is closed already.'],
  ] as const)('%s, %s: says of which upgrade, and why', (state, verb, refusal) => {
    expect(decideTransition({ key: 'UP-2', state }, verb)).toMatchObject({ refusal });
  });

  test('what can be done instead is written as it is typed', () => {
    expect(decideTransition({ key: 'UP-2', state: 'completed' }, 'start')).toMatchObject({
      next: 'See /upgrade record UP-2; close it with /upgrade close UP-2 when it has been stable for its monitoring time.',
    });
  });
});

test.each(STATES)('does work go on while %s?', (state) => {
  expect(isRunning({ state })).toBe(['in_progress', 'verifying', 'rolling_back'].includes(state));
});
