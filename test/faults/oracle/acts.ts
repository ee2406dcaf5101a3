import type { Entry } from '../evidence.ts';
import type { Attempt } from '../people.ts';
import { type Decision, type Life, lastRevision, settledAt } from './life.ts';
import type { Measure, Verdict } from './verdict.ts';

/** By what a person does; `vote` is followed by the ballot. */
const VERB_OF: Record<string, string> = {
  'upgrade.scheduled': 'schedule',
  'upgrade.rescheduled': 'reschedule',
  'upgrade.cancelled': 'cancel',
  'upgrade.started': 'start',
  'upgrade.verifying': 'done',
  'upgrade.completed': 'done',
  'upgrade.rolled_back': 'done',
  'status.reported': 'status',
  'issue.opened': 'issue',
  'issue.resolved': 'resolve',
  'rollback.asked': 'rollback',
  'rollback.advised': 'rollback',
  'rollback.extended': 'vote more_time',
};

/** What an answer promises, and the fact that must stand on the record then. */
const PROMISES: [verb: string, answer: RegExp, fact: string][] = [
  ['schedule', /^UP-\d+ is scheduled\./, 'upgrade.scheduled'],
  ['reschedule', /^UP-\d+ is moved/, 'upgrade.rescheduled'],
  ['cancel', /^UP-\d+ is cancelled/, 'upgrade.cancelled'],
  ['start', /^UP-\d+ has started/, 'upgrade.started'],
  ['done', /^UP-\d+ is being verified/, 'upgrade.verifying'],
  ['done', /^UP-\d+ is complete/, 'upgrade.completed'],
  ['done', /^UP-\d+ is rolled back/, 'upgrade.rolled_back'],
  ['status', /^Your status line/, 'status.reported'],
  ['issue', /^Issue \d+ of UP-\d+ is open/, 'issue.opened'],
  ['resolve', /^Issue \d+ of UP-\d+ is resolved/, 'issue.resolved'],
  ['rollback', /has been asked to decide/, 'rollback.asked'],
];

const ONCE = ['scheduled', 'cancelled', 'started', 'verifying', 'completed', 'rolled_back'].map(
  (fact) => `upgrade.${fact}`,
);

export interface Acted {
  key: string;
  life: Life;
  /** Of this upgrade, with the ids of the people. */
  attempts: Attempt[];
  measure: Measure;
}

/** Holds what is on the record against what people did and may do, and against the plan's own deadlines. */
export function judgeActs({ key, life, attempts, measure }: Acted, verdict: Verdict): void {
  const wrong = (what: string) => verdict.wrong.push(`${key}: ${what}`);
  for (const entry of life.entries) {
    const verb = verbOf(entry);
    if (!verb || entry.actor === null) continue;
    if (!mayAct(life, entry)) wrong(`${entry.fact} by ${entry.actor}, who may not`);
    if (!attempts.some((one) => isBehind(one, entry, verb, measure)))
      wrong(`${entry.fact} by ${entry.actor}, who did not do that`);
  }
  for (const { verb, answer, by } of attempts) {
    const promised = PROMISES.find(([of, says]) => of === verb && says.test(answer));
    if (promised && !life.entries.some(({ fact, actor }) => fact === promised[2] && actor === by))
      wrong(`${by} was told “${answer.split('\n')[0]}”, and the record has no ${promised[2]}`);
  }
  for (const fact of ONCE)
    if (life.entries.filter((entry) => entry.fact === fact).length > 1) wrong(`${fact} more than once`);
  for (const decision of life.decisions) judgeDecision({ key, life, decision, measure }, verdict);
  judgeOwnQuestion({ key, life, measure }, verdict);
}

function verbOf({ fact, data }: Entry): string | undefined {
  return fact === 'rollback.decided' ? `vote ${String(data.choice)}` : VERB_OF[fact];
}

const isBehind = (attempt: Attempt, entry: Entry, verb: string, measure: Measure): boolean =>
  attempt.verb === verb &&
  attempt.by === entry.actor &&
  entry.at >= attempt.from - measure.early &&
  measure.follows(attempt.to, entry.at);

function mayAct({ plan, entries }: Life, { fact, actor, data, id }: Entry): boolean {
  const { lead, sponsor, deputy, communicator, operations } = plan;
  const verb = verbOf({ fact, data } as Entry) ?? '';
  const escalated = entries.some(
    (one) => one.fact === 'rollback.escalated' && one.data.number === data.number && one.id < id,
  );
  if (verb.startsWith('vote')) return actor === sponsor || (actor === deputy && escalated);
  const allowed: Record<string, string[]> = {
    reschedule: [lead, sponsor],
    cancel: [lead, sponsor],
    schedule: [lead, sponsor],
    status: [lead, communicator],
    issue: [lead, communicator, ...operations],
    resolve: [lead, communicator, ...operations],
    start: [lead],
    done: [lead],
  };
  return allowed[verb]?.includes(actor ?? '') ?? true;
}

interface Judged {
  key: string;
  life: Life;
  decision: Decision;
  measure: Measure;
}

/** Deadlines, silence, and who was called. */
function judgeDecision({ key, life, decision, measure }: Judged, verdict: Verdict): void {
  const { plan } = life;
  const { number, askedAt, escalatedAt, extendedAt, decided } = decision;
  const name = `${key} decision ${number}`;
  const extended = extendedAt !== undefined && (escalatedAt === undefined || extendedAt < escalatedAt);
  const deadline = askedAt + plan.answerWithin + (extended ? plan.extension : 0);
  const settled = settledAt(decision) ?? Infinity;
  if (escalatedAt !== undefined && escalatedAt < deadline - measure.early)
    verdict.early.push(`${name}: deputy called before the deadline`);
  if (escalatedAt === undefined && !measure.mayBeUnderWay(deadline, settled))
    verdict.lost.push(`${name}: the deputy was never called`);
  if (settled === Infinity) verdict.lost.push(`${name}: never settled`);
  if (
    life.decisions.some(
      (other) => other.number < number && (settledAt(other) ?? Infinity) > askedAt + measure.early,
    )
  )
    verdict.wrong.push(`${name}: opened while another was open`);
  if (decided?.how !== 'silence') return;
  const last = (escalatedAt ?? deadline) + plan.answerWithin;
  if (decided.at < last - measure.early)
    verdict.early.push(`${name}: silence was taken for an answer before the last deadline`);
  if (decided.choice !== plan.onSilence || decided.by !== null)
    verdict.wrong.push(`${name}: silence means ${plan.onSilence}`);
}

/** Watchbell asks by itself when the point of no return nears and work is open. */
function judgeOwnQuestion({ key, life, measure }: Omit<Judged, 'decision'>, verdict: Verdict): void {
  const { startedAt, verifyingAt, ended, plan, decisions, entries } = life;
  const window = lastRevision(life);
  if (startedAt === undefined || !window) return;
  const asksAt = window.start + Math.max(plan.noReturn - 2 * plan.answerWithin, plan.workEnd);
  const due = Math.max(startedAt, asksAt);
  const rolling = decisions.find(({ decided }) => decided?.choice === 'roll_back')?.decided?.at;
  const workOver = Math.min(verifyingAt ?? Infinity, rolling ?? Infinity, ended?.at ?? Infinity);
  const own = decisions.filter(({ askedBy }) => askedBy === null);
  if (own.length > 1)
    verdict.doubled.push(`${key}: Watchbell asked for a decision by itself ${own.length} times`);
  for (const { askedAt } of own) {
    if (askedAt < due - measure.early)
      verdict.early.push(`${key}: asked for a decision before the point of no return was near`);
    if (askedAt > workOver + measure.early)
      verdict.wrong.push(`${key}: asked for a decision when no work was open`);
  }
  const openThen = decisions.some(
    (one) => measure.mayBeUnderWay(due, one.askedAt) && (settledAt(one) ?? Infinity) > due - measure.early,
  );
  const skipped = entries.some(
    ({ fact, data }) => fact === 'timetable.skipped' && data.kind === 'rollback.point-of-no-return',
  );
  const excused = openThen || measure.mayBeUnderWay(due, workOver) || (skipped && workOver < Infinity);
  if (own.length === 0 && !excused)
    verdict.lost.push(`${key}: no decision was asked for when the point of no return neared`);
}
