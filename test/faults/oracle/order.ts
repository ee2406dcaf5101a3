import type { Entry } from '../evidence.ts';
import type { Seen } from '../observer.ts';
import type { Life } from './life.ts';
import type { Measure } from './measure.ts';
import type { Verdict } from './verdict.ts';

/** A message of one upgrade, with what the record says of it. */
export interface Posted {
  key: string;
  life: Life;
  seen: Seen;
  entry: Entry;
}

/** What people are told directly goes in two lanes, which do not wait for each other; so does a survey. */
const isInLane = ({ entry: { data } }: Posted): boolean =>
  String(data.target).startsWith('C') && !String(data.kind).startsWith('survey');

/** Messages in one channel appear in the order of what they tell, whichever upgrade they are of. */
export function judgeOrder(posted: readonly Posted[], measure: Measure, verdict: Verdict): void {
  const inLane = posted.filter(isInLane);
  for (const channel of new Set(inLane.map(({ seen }) => seen.target))) {
    const told = inLane
      .filter(({ seen }) => seen.target === channel)
      .toSorted((one, other) => (one.seen.ts < other.seen.ts ? -1 : 1))
      .map((one) => ({ ...one, cause: causeOf(one) }));
    for (const [index, later] of told.entries())
      for (const sooner of told.slice(0, index))
        if (isOvertaken(later, sooner, measure))
          verdict.wrong.push(`${name(sooner)} overtook ${name(later)} at ${channel}`);
  }
}

type Told = Posted & { cause: Entry | undefined };

/** What `later` tells had happened before. Of one upgrade that is certain by the record; of two, once it surely stood there. */
function isOvertaken(later: Told, sooner: Told, measure: Measure): boolean {
  if (later.life === sooner.life && isOutOfTurn(later, sooner)) return true;
  if (!later.cause) return false;
  // Before its time no heartbeat is written down.
  if (isBeat(sooner)) return measure.stoodBy(later.cause.at, dueOf(sooner) - measure.early);
  if (isBeat(later) || !sooner.cause) return false;
  return later.cause.id < sooner.cause.id && measure.stoodBy(later.cause.at, sooner.cause.at);
}

/** The same of one upgrade, whose heartbeats count upwards, and whose last word on the work is the last. */
function isOutOfTurn(later: Told, sooner: Told): boolean {
  if (later.cause && sooner.cause && later.cause.id < sooner.cause.id) return true;
  if (isBeat(sooner) && later.cause && speaksOf(sooner, later.cause)) return true;
  if (!isBeat(later)) return false;
  return (
    LAST_WORDS.includes(String(sooner.entry.data.kind)) || (isBeat(sooner) && slotOf(sooner) > slotOf(later))
  );
}

const LAST_WORDS = ['notice.completed', 'notice.rolled_back'];
const isBeat = ({ entry }: Posted): boolean => entry.data.kind === 'heartbeat';
const slotOf = ({ entry }: Posted): number => Number(entry.data.slot);
const dueOf = (beat: Posted): number =>
  (beat.life.startedAt ?? -Infinity) + slotOf(beat) * beat.life.plan.heartbeat;

/** Whether a heartbeat knew of this entry when it was written: of the decision to roll back, or of what came before that. */
function speaksOf({ life, seen }: Posted, { id }: Entry): boolean {
  const decided = life.entries.find(
    ({ fact, data }) => fact === 'rollback.decided' && data.choice === 'roll_back',
  );
  return decided !== undefined && id <= decided.id && seen.text.includes('is being rolled back');
}

/** The entry that a message tells of, or that was written together with it; undefined where there is none. */
function causeOf(one: Posted): Entry | undefined {
  const { life, entry } = one;
  const { data } = entry;
  const slot = slotOf(one);
  const all = (fact: string) => life.entries.filter((one) => one.fact === fact);
  const numbered = (fact: string) => all(fact).find((one) => one.data.number === slot);
  switch (data.kind) {
    case 'notice.moved':
      return all('upgrade.rescheduled')[slot - 2];
    case 'notice.cancelled':
    case 'notice.started':
    case 'notice.completed':
    case 'notice.rolled_back':
      return all(`upgrade.${data.kind.slice('notice.'.length)}`)[0];
    case 'heartbeat':
      return all('heartbeat.silent').find(({ data: { dueAt } }) => Date.parse(String(dueAt)) === dueOf(one));
    case 'decision':
      return numbered('rollback.asked');
    case 'rollback.escalated':
      return numbered('rollback.escalated');
    case 'notice.decided':
    case 'rollback.steps':
      return numbered('rollback.decided');
    default:
      return undefined;
  }
}

const name = ({ key, entry: { data } }: Posted): string =>
  `${key}: ${String(data.kind)} ${String(data.slot)}`;
