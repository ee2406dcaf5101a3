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
    const all = inLane.filter(({ seen }) => seen.target === channel);
    const inOrder = all.toSorted((one, other) => (one.seen.ts < other.seen.ts ? -1 : 1));
    const told = inOrder.flatMap((one) => {
      const cause = causeOf(one);
      return cause ? [{ ...one, cause }] : [];
    });
    for (const [index, later] of told.entries())
      for (const sooner of told.slice(0, index))
        if (isOvertaken(later, sooner, measure))
          verdict.wrong.push(`${name(sooner)} overtook ${name(later)} at ${channel}`);
    judgeBeats(inOrder, channel, verdict);
  }
}

type Told = Posted & { cause: Entry };

/** What `later` tells had happened before. Of one upgrade that is certain by the record; of two, once it surely stood there. */
const isOvertaken = (later: Told, sooner: Told, measure: Measure): boolean =>
  later.cause.id < sooner.cause.id &&
  (later.life === sooner.life || measure.stoodBy(later.cause.at, sooner.cause.at));

/** The entry that a message tells of; undefined where it tells of a time. */
function causeOf({ life, entry: { data } }: Posted): Entry | undefined {
  const slot = Number(data.slot);
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

/** Heartbeats count upwards, and the last word on the work is the last. */
function judgeBeats(inOrder: readonly Posted[], channel: string, verdict: Verdict): void {
  for (const [index, one] of inOrder.entries()) {
    if (one.entry.data.kind !== 'heartbeat') continue;
    const before = inOrder.slice(0, index).filter(({ life }) => life === one.life);
    const overtaker = before.find(
      ({ entry: { data } }) =>
        data.kind === 'notice.completed' ||
        data.kind === 'notice.rolled_back' ||
        (data.kind === 'heartbeat' && Number(data.slot) > Number(one.entry.data.slot)),
    );
    if (overtaker) verdict.wrong.push(`${name(overtaker)} overtook ${name(one)} at ${channel}`);
  }
}

const name = ({ key, entry: { data } }: Posted): string =>
  `${key}: ${String(data.kind)} ${String(data.slot)}`;
