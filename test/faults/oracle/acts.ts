import type { Entry } from '../evidence.ts';
import type { Attempt } from '../people.ts';
import type { Life } from './life.ts';
import type { Measure } from './measure.ts';
import { canFollow, momentsOf } from './moments.ts';
import { promiseOf } from './promises.ts';
import { mayAct } from './rights.ts';
import type { Verdict } from './verdict.ts';

/** By what a person does; `vote` is followed by the ballot. */
const VERB_OF: Record<string, string> = {
  'upgrade.edited': 'edit',
  'upgrade.scheduled': 'schedule',
  'upgrade.rescheduled': 'reschedule',
  'upgrade.cancelled': 'cancel',
  'upgrade.started': 'start',
  'upgrade.verifying': 'done',
  'upgrade.completed': 'done',
  'upgrade.rolled_back': 'done',
  'upgrade.closed': 'close',
  'status.reported': 'status',
  'issue.opened': 'issue',
  'issue.resolved': 'resolve',
  'rollback.asked': 'rollback',
  'rollback.advised': 'rollback',
  'rollback.extended': 'vote more_time',
  'message.retried': 'resend',
};

export interface Acted {
  key: string;
  life: Life;
  /** Of this upgrade, with the ids of the people. */
  attempts: Attempt[];
  measure: Measure;
}

/** Holds what is on the record against what people did and may do. Returns what came of each attempt. */
export function judgeActs(acted: Acted, verdict: Verdict): Map<Attempt, Entry[]> {
  const { key, life, attempts } = acted;
  const wrong = (what: string) => verdict.wrong.push(`${key}: ${what}`);
  const [planned] = life.revisions;
  if (planned && planned.start !== life.plan.start)
    wrong(`its window starts ${iso(planned.start)}, and the plan says ${iso(life.plan.start)}`);
  const moments = momentsOf(life.plan, life.entries);
  const cameOf = new Map<Attempt, Entry[]>(attempts.map((attempt) => [attempt, []]));
  for (const [index, entry] of life.entries.entries()) {
    const before = moments[index];
    if (before && !canFollow(before, entry)) wrong(`${say(entry)} when it was ${before.state}`);
    const verb = verbOf(entry);
    if (!verb || entry.actor === null) continue;
    if (before && !mayAct(life.plan, verb, entry.actor, before)) wrong(`${say(entry)}, who may not`);
    const behind = findBehind(acted, entry, verb, cameOf);
    if (behind) cameOf.get(behind)?.push(entry);
    else
      wrong(
        `${say(entry)}, who did not do that${attempts.some((one) => isBehind(acted, one, entry, verb)) ? ' so often' : ''}`,
      );
  }
  return cameOf;
}

function verbOf({ fact, data }: Entry): string | undefined {
  return fact === 'rollback.decided' ? `vote ${String(data.choice)}` : VERB_OF[fact];
}

/** One request brings about one thing: an attempt that is spent explains nothing more. Who was told so comes first, then the latest. */
function findBehind(
  acted: Acted,
  entry: Entry,
  verb: string,
  cameOf: Map<Attempt, Entry[]>,
): Attempt | undefined {
  return acted.attempts
    .filter((one) => isBehind(acted, one, entry, verb))
    .filter((one) => (cameOf.get(one)?.length ?? 0) < requestsOf(one))
    .toSorted(
      (one, other) =>
        Number(promiseOf(other) === entry.fact) - Number(promiseOf(one) === entry.fact) ||
        other.from - one.from,
    )[0];
}

/** With a form, only that is counted; but what needs none when it arrives is done without it. */
const requestsOf = ({ verb, sent }: Attempt): number => (verb === 'done' ? Math.max(1, sent) : sent);

/** Whether this entry can come of this attempt. */
export const isBehind = (
  { measure }: Pick<Acted, 'measure'>,
  attempt: Attempt,
  entry: Entry,
  verb: string,
): boolean =>
  attempt.verb === verb &&
  attempt.by === entry.actor &&
  saysTheSame(attempt, entry) &&
  entry.at >= attempt.from - measure.early &&
  measure.mayBeUnderWay(attempt.to, entry.at);

/** Whether an entry has what was said. */
export function saysTheSame({ text, number, start, verb }: Attempt, { data }: Entry): boolean {
  switch (verb) {
    case 'status':
    case 'issue':
      return text === undefined || data.text === text;
    case 'rollback':
      return text === undefined || (data.text ?? data.reason) === text;
    case 'resolve':
      return number === undefined || data.number === number;
    case 'reschedule':
      return start === undefined || Date.parse(String(data.to)) === start;
    default:
      return true;
  }
}

const say = ({ fact, actor }: Entry): string => `${fact} by ${actor ?? 'Watchbell'}`;
const iso = (at: number): string => new Date(at).toISOString();
