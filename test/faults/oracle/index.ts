import type { Entry, Evidence } from '../evidence.ts';
import type { Seen } from '../observer.ts';
import type { Attempt } from '../people.ts';
import type { Played } from '../play.ts';
import { judgeActs } from './acts.ts';
import { judgeDecisions } from './decisions.ts';
import { judgeDeeds } from './deeds.ts';
import type { Demand, Known } from './demand.ts';
import { deriveDemands } from './demands.ts';
import { judgeHeadline } from './headline.ts';
import { judgeHeartbeats } from './heartbeats.ts';
import { readLife } from './life.ts';
import { Measure } from './measure.ts';
import { judgeOrder, type Posted } from './order.ts';
import { readPlan } from './plan.ts';
import { judgeSurvey } from './survey.ts';
import { judgeTraffic } from './traffic.ts';
import { count, emptyVerdict, type Verdict } from './verdict.ts';

export { emptyVerdict, type Tally, type Verdict } from './verdict.ts';

/** Compares what Slack holds with what the plans demand. It shares no code with the bot. */
export function judge(evidence: Evidence): Verdict {
  const verdict = emptyVerdict();
  verdict.wrong.push(...evidence.mishaps);
  verdict.lost.push(...evidence.unsettled.map((what) => `never settled: ${what}`));
  const measure = new Measure(evidence);
  const sent = matchRecord(evidence, verdict);
  const posted = evidence.played.flatMap((played) =>
    judgeUpgrade(evidence, played, { sent, measure }, verdict),
  );
  judgeOrder(posted, measure, verdict);
  judgeTraffic(evidence, measure, verdict);
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
  for (const one of seen.filter((each) => !taken.has(each) && !isReply(each))) {
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
/** What somebody reads directly who tried something where nobody can be answered alone. */
const isReply = ({ target, text }: Seen): boolean => !target.startsWith('C') && text.startsWith('Not done: ');
const headOf = ({ text }: Seen): string => text.split('\n').slice(0, 2).join(' ').slice(0, 160);

function judgeUpgrade(
  evidence: Evidence,
  { story, key, id }: Played,
  { sent, measure }: { sent: Sent[]; measure: Measure },
  verdict: Verdict,
): Posted[] {
  const { sandbox, record, attempts, scenario } = evidence;
  const slack = sandbox.state;
  const life = readLife(
    readPlan(story.yaml, slack),
    record.filter(({ upgradeId }) => upgradeId === id),
  );
  const mine = sent.filter(({ entry }) => entry.upgradeId === id);
  const find: Known['find'] = (kind, slot, target) =>
    mine.find(({ entry: { data } }) => data.kind === kind && data.slot === slot && data.target === target)
      ?.seen;
  const own: Attempt[] = attempts
    .filter(({ upgrade }) => upgrade === key)
    .map((attempt) => ({ ...attempt, by: sandbox.as(attempt.by).id }));
  const known: Known = { life, key, slack, measure, find };
  const acted = { key, life, attempts: own, measure };
  judgeDeeds(acted, judgeActs(acted, verdict), scenario.speed, verdict);
  judgeDecisions(known, verdict);
  judgeMessages(known, mine, verdict);
  judgeHeartbeats(known, verdict);
  judgeHeadline(known, verdict);
  judgeSurvey(known, own, verdict);
  return mine.map((one) => ({ ...one, key, life }));
}

/** What had to be said, and that nothing else was. */
function judgeMessages(known: Known, mine: Sent[], verdict: Verdict): void {
  const demands = deriveDemands(known);
  for (const demand of demands) judgeDemand(known, demand, mine, verdict);
  const asked = new Set(demands.map(nameOf));
  for (const { entry } of mine) {
    const { kind, slot, target } = entry.data;
    const name = nameOf({ kind: String(kind), slot: String(slot), target: String(target) });
    if (!asked.has(name)) verdict.wrong.push(`${known.key}: nobody asked for ${name}`);
  }
}

const nameOf = ({ kind, slot, target }: Pick<Demand, 'kind' | 'slot' | 'target'>): string =>
  `${kind} ${slot} to ${target}`;

function judgeDemand({ key, measure }: Known, demand: Demand, mine: Sent[], verdict: Verdict): void {
  const { due, until, excuse, says } = demand;
  const name = `${key}: ${nameOf(demand)}, due ${new Date(due).toISOString()}`;
  const found = mine.filter(
    ({ entry: { data } }) =>
      data.kind === demand.kind && data.slot === demand.slot && data.target === demand.target,
  );
  const [first, ...more] = found.map(({ seen }) => seen);
  for (const one of more) verdict.doubled.push(`${name}, again ${new Date(one.at).toISOString()}`);
  count(verdict, demand.kind, { excused: excuse !== undefined, absent: !first });
  if (!first) {
    if (excuse === undefined) verdict.lost.push(name);
    return;
  }
  const came = `came ${new Date(first.at).toISOString()}, ${Math.round(measure.lateness(due, first.realAt))} ms late`;
  if (first.at < due - measure.early) verdict.early.push(`${name}, ${came}`);
  if (measure.isLost(due, first.realAt)) verdict.lost.push(`${name}, ${came}`);
  if (!says.test(first.text)) verdict.wrong.push(`${name}, says “${headOf(first)}”, not ${says}`);
  if (until !== undefined && until < first.at && !measure.mayBeUnderWay(until, first.at))
    verdict.wrong.push(`${name}, ${came}, when it was true no more`);
  if (demand.finally && !demand.finally.test(first.finally))
    verdict.wrong.push(`${name}, says in the end “${first.finally.slice(0, 160)}”, not ${demand.finally}`);
  verdict.lateness.push(measure.lateness(due, first.realAt));
}
