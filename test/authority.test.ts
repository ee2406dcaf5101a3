import { describe, expect, test } from 'vitest';
import { mayAct, ROLES, type Role, rolesOf, whoMay } from '../src/upgrade/authority.ts';
import { decideTransition, STATES, type State, VERBS, type Verb } from '../src/upgrade/lifecycle.ts';

/*
 * The whole rule of who may do what and when, written out a second time and by hand: for each verb the roles that may
 * use it and the states in which it does something. Every verb × role × state is held against it.
 */
const EXPECTED: Record<Verb, { roles: string; states: string }> = {
  plan: { roles: 'lead planner', states: 'draft' },
  schedule: { roles: 'lead sponsor planner', states: 'draft' },
  reschedule: { roles: 'lead sponsor', states: 'scheduled' },
  cancel: { roles: 'lead sponsor', states: 'draft scheduled' },
  start: { roles: 'lead', states: 'scheduled' },
  status: { roles: 'lead communicator', states: 'in_progress verifying rolling_back' },
  issue: { roles: 'lead communicator operations', states: 'in_progress verifying rolling_back' },
  resolve: { roles: 'lead communicator operations', states: 'in_progress verifying rolling_back' },
  ask_rollback: {
    roles: 'lead sponsor deputy communicator crisis_speaker operations consulted',
    states: 'in_progress verifying',
  },
  decide: { roles: 'sponsor', states: 'in_progress verifying' },
  verify: { roles: 'lead', states: 'in_progress' },
  complete: { roles: 'lead', states: 'verifying' },
  rolled_back: { roles: 'lead', states: 'rolling_back' },
  close: { roles: 'lead sponsor', states: 'completed rolled_back' },
  view: {
    roles: 'lead sponsor deputy communicator crisis_speaker operations consulted planner audience none',
    states: 'draft scheduled in_progress verifying rolling_back rolled_back completed closed cancelled',
  },
  answer_survey: { roles: 'audience', states: 'completed closed' },
  resend: {
    roles: 'lead communicator operations',
    states: 'draft scheduled in_progress verifying rolling_back rolled_back completed closed cancelled',
  },
};

type Outcome = 'done' | 'not allowed' | 'not now';

function expected(verb: Verb, role: Role, state: State): Outcome {
  if (!EXPECTED[verb].roles.split(' ').includes(role)) return 'not allowed';
  return EXPECTED[verb].states.split(' ').includes(state) ? 'done' : 'not now';
}

const full = { guest: false, bot: false, deactivated: false, foreign: false };

function outcome(verb: Verb, role: Role, state: State): Outcome {
  if (!mayAct({ verb, roles: [role], member: full }).allowed) return 'not allowed';
  return 'to' in decideTransition({ key: 'UP-2', state }, verb) ? 'done' : 'not now';
}

const everyCase = VERBS.flatMap((verb) =>
  ROLES.flatMap((role) => STATES.map((state) => [verb, role, state] as const)),
);

test('the table knows every verb, role and state', () => {
  expect(everyCase).toHaveLength(17 * 10 * 9);
});

describe.each(VERBS)('%s', (verb) => {
  test.each(everyCase.filter((one) => one[0] === verb))('%s by %s while %s', (_verb, role, state) => {
    expect(outcome(verb, role, state)).toBe(expected(verb, role, state));
  });
});

describe('the deputy', () => {
  test('decides only once the sponsor let the deadline pass', () => {
    const deputy = { verb: 'decide', roles: ['deputy'], member: full } as const;
    expect(mayAct(deputy)).toMatchObject({ allowed: false, whoCan: ['sponsor'] });
    expect(mayAct({ ...deputy, escalated: true })).toEqual({ allowed: true });
  });

  test('does not take the decision away from the sponsor', () => {
    expect(mayAct({ verb: 'decide', roles: ['sponsor'], member: full, escalated: true })).toEqual({
      allowed: true,
    });
  });

  test.each(ROLES.filter((role) => role !== 'sponsor' && role !== 'deputy'))(
    'escalation gives no vote to %s',
    (role) => {
      expect(mayAct({ verb: 'decide', roles: [role], member: full, escalated: true }).allowed).toBe(false);
    },
  );
});

describe('outsiders', () => {
  const kinds = ['guest', 'bot', 'deactivated', 'foreign'] as const;
  const cases = kinds.flatMap((kind) => VERBS.map((verb) => [kind, verb] as const));

  test.each(cases)('a %s account holding every role: %s', (kind, verb) => {
    const permission = mayAct({ verb, roles: ROLES, member: { ...full, [kind]: true }, escalated: true });
    expect(permission.allowed).toBe(kind === 'guest' && verb === 'answer_survey');
  });

  test('a guest who was not invited answers no survey', () => {
    const guest = { ...full, guest: true };
    expect(mayAct({ verb: 'answer_survey', roles: ['none'], member: guest }).allowed).toBe(false);
    expect(mayAct({ verb: 'answer_survey', roles: ['audience'], member: guest }).allowed).toBe(true);
  });
});

test('a refusal says who can', () => {
  expect(mayAct({ verb: 'issue', roles: ['sponsor'], member: full })).toEqual({
    allowed: false,
    why: 'Only the upgrade lead, the communicator or operations can do this.',
    whoCan: ['lead', 'communicator', 'operations'],
  });
  expect(whoMay('decide', true)).toEqual(['sponsor', 'deputy']);
});

test('somebody without any role is still a member who may look', () => {
  expect(mayAct({ verb: 'view', roles: [], member: full })).toEqual({ allowed: true });
  expect(mayAct({ verb: 'start', roles: [], member: full }).allowed).toBe(false);
});

describe('the roles somebody holds', () => {
  const people = {
    lead: 'U1',
    sponsor: 'U2',
    deputy: 'U3',
    communicator: 'U1',
    crisisSpeaker: undefined,
    operations: ['U5'],
    consulted: ['U6', 'U2'],
  };

  test.each([
    ['U1', {}, ['lead', 'communicator']],
    ['U2', { plannerId: 'U2' }, ['sponsor', 'consulted', 'planner']],
    ['U5', { audience: true }, ['operations', 'audience']],
    ['U9', { plannerId: 'U2' }, ['none']],
  ])('%s %j', (userId, more, roles) => {
    expect(rolesOf({ people }, userId, more)).toEqual(roles);
  });
});
