import { describe, expect, test } from 'vitest';
import { decideTransition, STATES, type State, VERBS, type Verb, verbsFrom } from './lifecycle.ts';

// Rows: states; an entry is the verb and the state it leads to. Whatever is not here is refused.
const ALLOWED: Record<State, Partial<Record<Verb, State>>> = {
  draft: { plan: 'draft', schedule: 'scheduled', cancel: 'cancelled', view: 'draft' },
  scheduled: { reschedule: 'scheduled', cancel: 'cancelled', start: 'in_progress', view: 'scheduled' },
  in_progress: {
    status: 'in_progress',
    issue: 'in_progress',
    resolve: 'in_progress',
    ask_rollback: 'in_progress',
    decide: 'in_progress',
    verify: 'verifying',
    view: 'in_progress',
  },
  verifying: {
    status: 'verifying',
    issue: 'verifying',
    resolve: 'verifying',
    ask_rollback: 'verifying',
    decide: 'verifying',
    complete: 'completed',
    view: 'verifying',
  },
  rolling_back: {
    status: 'rolling_back',
    issue: 'rolling_back',
    resolve: 'rolling_back',
    rolled_back: 'rolled_back',
    view: 'rolling_back',
  },
  rolled_back: { close: 'closed', view: 'rolled_back' },
  completed: { close: 'closed', view: 'completed', answer_survey: 'completed' },
  closed: { view: 'closed', answer_survey: 'closed' },
  cancelled: { view: 'cancelled' },
};

const everyPair = STATES.flatMap((state) => VERBS.map((verb) => [state, verb] as const));

describe('what may follow what', () => {
  test.each(everyPair)('%s, %s', (state, verb) => {
    const to = ALLOWED[state][verb];
    const expected = to
      ? { to }
      : { refusal: expect.stringMatching(/^This upgrade is .+\.$/), next: expect.stringMatching(/.+\.$/) };
    expect(decideTransition(state, verb)).toEqual(expected);
  });

  test.each(STATES)('the verbs that may follow %s', (state) => {
    expect(new Set(verbsFrom(state))).toEqual(new Set(Object.keys(ALLOWED[state])));
  });

  test.each(['in_progress', 'verifying'] as const)(
    'a decision while %s rolls back only when it says so',
    (state) => {
      expect(decideTransition(state, 'decide', 'roll_back')).toEqual({ to: 'rolling_back' });
      expect(decideTransition(state, 'decide', 'keep_going')).toEqual({ to: state });
      expect(decideTransition(state, 'decide', 'more_time')).toEqual({ to: state });
    },
  );

  test('a refusal says why and what comes next', () => {
    expect(decideTransition('completed', 'start')).toEqual({
      refusal: 'This upgrade is completed, so it cannot be started.',
      next: 'See `/upgrade record`; close it when it has been stable for its monitoring time.',
    });
  });
});
