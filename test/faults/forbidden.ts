import { type Act, act, type Ballot, type Cast, minutesAfter } from './act.ts';
import type { Dice } from './dice.ts';

/** People without a say, and where they can type: a full member, a guest, and one of another organisation. */
const STRANGERS = [
  { by: 'zoe', from: 'sales' },
  { by: 'guest', from: 'crm-upgrade' },
  { by: 'xavier', from: 'crm-upgrade' },
];

/** Somebody without a role tries, or whoever is only consulted. */
export function byNobody(dice: Dice, cast: Cast, at: number, done: Act['do']): Act {
  const stranger = dice.pick([...STRANGERS, { by: cast.consulted, from: undefined }]);
  const from = stranger.from === undefined ? {} : { from: stranger.from };
  return { ...act(dice, stranger.by, at, done), ...from };
}

/** One attempt per verb in the first upgrade of a run, one at all in some others. */
const tried = (dice: Dice, number: number, all: Act['do'][]): Act['do'][] =>
  number === 1 ? all : dice.some(all, dice.chance(0.3) ? 1 : 0);

export function forbiddenBefore(dice: Dice, cast: Cast, begin: Date, number: number): Act[] {
  const to = minutesAfter(begin, dice.between(10, 20));
  const all: Act['do'][] = [{ verb: 'start' }, { verb: 'reschedule', to }, { verb: 'cancel' }];
  return tried(dice, number, all).map((done) => byNobody(dice, cast, dice.between(1, 5), done));
}

export function forbiddenDuring(dice: Dice, cast: Cast, number: number): Act[] {
  const ballot = dice.pick<Ballot>(['roll_back', 'keep_going', 'more_time']);
  const all: Act['do'][] = [
    { verb: 'status', text: 'All is lost' },
    { verb: 'issue', text: 'Nobody likes it' },
    { verb: 'resolve', number: 1 },
    { verb: 'rollback', text: 'I want the old one back' },
    { verb: 'done' },
    { verb: 'vote', ballot, where: 'room' },
  ];
  return tried(dice, number, all).map((done): Act => {
    // Whoever is consulted may ask for a rollback, as everybody with a role.
    const asked = done.verb === 'rollback' ? dice.pick(STRANGERS) : undefined;
    const attempt = byNobody(dice, cast, dice.between(1, 9), done);
    return { ...attempt, ...asked, after: 'start' };
  });
}

export const forbiddenAfter = (dice: Dice, cast: Cast, number: number): Act[] =>
  tried(dice, number, [{ verb: 'close' }]).map((done) => ({
    ...byNobody(dice, cast, dice.between(0, 2), done),
    after: 'end',
  }));
