import type { Entry, Evidence } from '../evidence.ts';
import type { Seen } from '../observer.ts';
import type { Attempt } from '../people.ts';
import type { Played } from '../play.ts';
import { judgeActs } from './acts.ts';
import type { Demand, Known } from './demand.ts';
import { deriveDemands } from './demands.ts';
import { judgeHeartbeats } from './heartbeats.ts';
import { readLife } from './life.ts';
import { judgeOrder } from './order.ts';
import { readPlan } from './plan.ts';
import { Measure, type Verdict } from './verdict.ts';

export type { Verdict } from './verdict.ts';

/** Compares what Slack holds with what the plans demand. It shares no code with the bot. */
export function judge(evidence: Evidence): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], early: [], wrong: [...evidence.mishaps], lateness: [] };
  verdict.lost.push(...evidence.unsettled.map((what) => `never settled: ${what}`));
  const sent = matchRecord(evidence, verdict);
  for (const played of evidence.played) judgeUpgrade(evidence, played, sent, verdict);
  return verdict;
}

/** A message with what the record says about it. */
interface Sent {
  seen: Seen;
  entry: Entry;
}

/** Every message stands on the record once, and everything on the record is there. */
function matchRecord({ seen, record }: Evidence, verdict: Verdict): Sent[] {
  const entries = record.filter(({ fact }) => fact === 'message.sent');
  const placeOf = (target: unknown, ts: unknown) => `${String(target)} ${String(ts)}`;
  const byPlace = new Map(seen.map((one) => [placeOf(one.target, one.ts), one]));
  const sent: Sent[] = [];
  const taken = new Set<Seen>();
  for (const entry of entries) {
    const one = byPlace.get(placeOf(entry.data.target, entry.data.ts));
    if (!one) verdict.wrong.push(`the record has ${say(entry)}, and Slack has not`);
    else if (taken.has(one)) verdict.wrong.push(`the record has ${say(entry)} twice`);
    else sent.push({ seen: one, entry });
    if (one) taken.add(one);
  }
  for (const one of seen.filter((each) => !taken.has(each))) {
    const twin = seen.find(
      (other) => other !== one && other.target === one.target && headOf(other) === headOf(one),
    );
    if (twin) verdict.doubled.push(`“${headOf(one)}” to ${one.target}, ${new Date(one.at).toISOString()}`);
    else verdict.wrong.push(`“${headOf(one)}” to ${one.target} is not on the record`);
  }
  for (const entry of record.filter(({ fact }) => fact === 'message.failed' || fact === 'timetable.failed'))
    verdict.lost.push(`given up: ${say(entry)}: ${String(entry.data.error ?? entry.data.reason)}`);
  return sent;
}

const say = ({ upgradeId, data }: Entry): string =>
  `${String(data.kind)} ${String(data.slot)} to ${String(data.target)} of upgrade ${upgradeId}`;
const headOf = ({ text }: Seen): string => text.split('\n').slice(0, 2).join(' ').slice(0, 160);

function judgeUpgrade(evidence: Evidence, { story, key, id }: Played, sent: Sent[], verdict: Verdict): void {
  const { sandbox, record, attempts } = evidence;
  const slack = sandbox.state;
  const plan = readPlan(story.yaml, slack);
  const life = readLife(
    plan,
    record.filter(({ upgradeId }) => upgradeId === id),
  );
  const mine = sent.filter(({ entry }) => entry.upgradeId === id);
  const find: Known['find'] = (kind, slot, target) =>
    mine.find(({ entry: { data } }) => data.kind === kind && data.slot === slot && data.target === target)
      ?.seen;
  const measure = new Measure(evidence);
  const userOf = (name: string) => sandbox.as(name).id;
  const own: Attempt[] = attempts
    .filter(({ upgrade }) => upgrade === key)
    .map((attempt) => ({ ...attempt, by: userOf(attempt.by) }));
  judgeActs({ key, life, attempts: own, measure }, verdict);
  const known: Known = { life, key, slack, measure, find, answering: new Set(story.answered.map(userOf)) };
  const demands = deriveDemands(known);
  for (const demand of demands) judgeDemand(key, demand, mine, measure, verdict);
  const asked = new Set(demands.map(nameOf));
  for (const { entry } of mine) {
    const { kind, slot, target } = entry.data;
    const name = nameOf({ kind: String(kind), slot: String(slot), target: String(target) });
    if (!asked.has(name)) verdict.wrong.push(`${key}: nobody asked for ${name}`);
  }
  judgeHeartbeats({ key, life, find, measure }, verdict);
  judgeOrder(key, demands, find, measure, verdict);
}

const nameOf = ({ kind, slot, target }: Pick<Demand, 'kind' | 'slot' | 'target'>): string =>
  `${kind} ${slot} to ${target}`;

/** Real milliseconds for which a message may be on its way after it has ceased to be true. */
const STALE_MS = 6_000;

function judgeDemand(key: string, demand: Demand, mine: Sent[], measure: Measure, verdict: Verdict): void {
  const name = `${key}: ${nameOf(demand)}, due ${new Date(demand.due).toISOString()}`;
  const found = mine.filter(
    ({ entry: { data } }) =>
      data.kind === demand.kind && data.slot === demand.slot && data.target === demand.target,
  );
  const [first, ...more] = found.map(({ seen }) => seen);
  for (const one of more) verdict.doubled.push(`${name}, again ${new Date(one.at).toISOString()}`);
  if (!first) {
    if (demand.excuse === undefined) verdict.lost.push(name);
    return;
  }
  if (first.at < demand.due - measure.early)
    verdict.early.push(`${name}, came ${new Date(first.at).toISOString()}`);
  if (measure.isLost(demand.due, first.realAt))
    verdict.lost.push(`${name}, came only ${new Date(first.at).toISOString()}`);
  if (!demand.says.test(first.text))
    verdict.wrong.push(`${name}, says “${headOf(first)}”, not ${demand.says}`);
  if (
    demand.until !== undefined &&
    demand.until < first.at &&
    measure.between(demand.until, first.at) > STALE_MS
  )
    verdict.wrong.push(`${name}, came ${new Date(first.at).toISOString()}, when it was true no more`);
  if (demand.finally && !demand.finally.test(first.finally))
    verdict.wrong.push(`${name}, says in the end “${first.finally.slice(0, 160)}”, not ${demand.finally}`);
  verdict.lateness.push(measure.lateness(demand.due, first.realAt));
}
