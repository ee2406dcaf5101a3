import type { Entry } from '../evidence.ts';
import type { Attempt } from '../people.ts';
import { type Acted, saysTheSame } from './acts.ts';
import { settledAt } from './life.ts';
import { type Moment, momentsOf } from './moments.ts';
import { plain, promiseOf } from './promises.ts';
import { isPossible, mayAct } from './rights.ts';
import { count, type Verdict } from './verdict.ts';

/** Real milliseconds before giving up in which the last tries were made. */
const LAST_TRIES_MS = 3_000;
/** Real milliseconds in which a vote that nothing has struck is counted. */
const COUNTED_MS = 2_000;

/** Holds what people were told, or were not, against what came of it. */
export function judgeDeeds(
  acted: Acted,
  cameOf: Map<Attempt, Entry[]>,
  speed: number,
  verdict: Verdict,
): void {
  const moments = momentsOf(acted.life.plan, acted.life.entries);
  for (const [attempt, came] of cameOf) {
    if (attempt.verb === 'answer survey') continue;
    const wrong = (what: string) => verdict.wrong.push(`${acted.key}: ${say(attempt)} ${what}`);
    const meanwhile = during(moments, attempt, acted.measure.early);
    judgeRefusal(acted, attempt, meanwhile, wrong);
    // What opened no form could bring nothing about.
    if (attempt.sent === 0) continue;
    if (attempt.answer === '' && !acted.measure.isStruck(...lastTries(attempt, speed)))
      wrong('and was never answered');
    judgeAnswer(acted, attempt, wrong);
    const standing = during(moments, { ...attempt, to: countsBy(attempt, speed) }, acted.measure.early);
    judgeOutcome(acted, attempt, { came, meanwhile: standing, speed }, { wrong, verdict });
  }
}

/** Whoever votes in time is not too late because nobody heard it until the decision had fallen. */
const countsBy = ({ verb, from, to }: Attempt, speed: number): number =>
  verb.startsWith('vote ') ? Math.min(to, from + COUNTED_MS * speed) : to;

/** A vote that was counted takes its button away: whoever missed the answer cannot ask again. */
const lastTries = ({ verb, from, to }: Attempt, speed: number): [from: number, to: number] =>
  verb.startsWith('vote ')
    ? [from, Math.min(to, from + LAST_TRIES_MS * speed)]
    : [Math.max(from, to - LAST_TRIES_MS * speed), to];

interface Outcome {
  came: Entry[];
  /** How the upgrade stood while it was tried. */
  meanwhile: Moment[];
}

/** Whoever may not is refused, and that stays on the record. Of a decision that may be settled, whoever votes only hears so. */
function judgeRefusal(
  { life, measure }: Acted,
  { verb, by, from, to, answer }: Attempt,
  meanwhile: Moment[],
  wrong: (what: string) => void,
): void {
  if (answer === '' || meanwhile.some((one) => mayAct(life.plan, verb, by, one))) return;
  const [begin, end] = [from - measure.early, to + measure.early];
  const wasSettled =
    verb.startsWith('vote ') && life.decisions.some((one) => (settledAt(one) ?? Infinity) <= end);
  const isOnRecord = life.entries.some(
    ({ fact, actor, at }) => fact === 'act.refused' && actor === by && at >= begin && at <= end,
  );
  if (!/^Not done|was decided already/.test(plain(answer)))
    wrong(`without the right, and was told “${firstLine(answer)}”`);
  else if (!isOnRecord && !wasSettled) wrong('without the right, and the record has no act.refused for it');
}

function judgeAnswer({ life, measure }: Acted, attempt: Attempt, wrong: (what: string) => void): void {
  const { by, to, answer } = attempt;
  const promised = promiseOf(attempt);
  // It may answer an earlier try of the same.
  const isKept = (entry: Entry) =>
    entry.fact === promised &&
    entry.actor === by &&
    saysTheSame(attempt, entry) &&
    entry.at <= to + measure.early;
  if (promised !== undefined && !life.entries.some(isKept))
    wrong(`and was told “${firstLine(answer)}”, and the record has no ${promised} for it`);
}

/** Whoever may, at a moment when it is possible, does not try in vain; a strike excuses only who was not told that it was done. */
function judgeOutcome(
  { life, measure }: Acted,
  attempt: Attempt,
  { came, meanwhile, speed }: Outcome & { speed: number },
  { wrong, verdict }: { wrong: (what: string) => void; verdict: Verdict },
): void {
  const { verb, by, answer } = attempt;
  const isTheirs =
    meansOneThing(verb, meanwhile) &&
    meanwhile.every(
      (one) => mayAct(life.plan, verb, by, one) && isPossible(life.plan, attempt, one, measure.early),
    );
  if (came.length === 0 && !isTheirs) return;
  const excused = promiseOf(attempt) === undefined && measure.isStruck(...lastTries(attempt, speed));
  count(verdict, `act: ${verb}`, { excused, absent: came.length === 0 });
  if (came.length > 0 || excused) return;
  wrong(`as was allowed, and the record has nothing of it; the answer was “${firstLine(answer)}”`);
}

/** `done` says that something else is done in each state: whoever says it while the state changes may be refused. */
const meansOneThing = (verb: string, meanwhile: Moment[]): boolean =>
  verb !== 'done' || new Set(meanwhile.map(({ state }) => state)).size === 1;

/** All of them that lasted, or began, while it was tried. */
const during = (moments: Moment[], { from, to }: Attempt, margin: number): Moment[] =>
  moments.filter((one) => one.from <= to + margin && one.until >= from - margin);

const say = ({ by, verb, from }: Attempt): string =>
  `${by} tried to ${verb} at ${new Date(from).toISOString()}`;
const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 160) ?? '';
