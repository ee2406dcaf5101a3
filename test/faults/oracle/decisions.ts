import { type Decision, type Life, lastRevision, settledAt } from './life.ts';
import type { Measure } from './measure.ts';
import type { Verdict } from './verdict.ts';

export interface Deciding {
  key: string;
  life: Life;
  measure: Measure;
}

/** The plan's own deadlines: when each decision was asked for, passed on, and taken. */
export function judgeDecisions(deciding: Deciding, verdict: Verdict): void {
  for (const decision of deciding.life.decisions) judgeDecision(deciding, decision, verdict);
  judgeOwnQuestion(deciding, verdict);
}

/** Deadlines, silence, and who was called. */
function judgeDecision({ key, life, measure }: Deciding, decision: Decision, verdict: Verdict): void {
  const { plan } = life;
  const { number, askedAt, escalatedAt, extendedAt, extendedFirst, decided } = decision;
  const name = `${key} decision ${number}`;
  const deadline = askedAt + plan.answerWithin + (extendedFirst ? plan.extension : 0);
  const settled = settledAt(decision) ?? Infinity;
  if (escalatedAt !== undefined && escalatedAt < deadline - measure.early)
    verdict.early.push(`${name}: deputy called before the deadline`);
  if (!measure.mayBeUnderWay(deadline, escalatedAt ?? settled))
    verdict.lost.push(
      escalatedAt === undefined
        ? `${name}: the deputy was never called`
        : `${name}: the deputy was called ${late(measure, deadline, escalatedAt)} late`,
    );
  if (settled === Infinity) verdict.lost.push(`${name}: never settled`);
  const last =
    (escalatedAt ?? deadline) +
    plan.answerWithin +
    (extendedAt !== undefined && !extendedFirst ? plan.extension : 0);
  if (settled < Infinity && !measure.mayBeUnderWay(last, settled))
    verdict.lost.push(`${name}: settled ${late(measure, last, settled)} after the last deadline`);
  if (decided?.how !== 'silence') return;
  if (decided.at < last - measure.early)
    verdict.early.push(`${name}: silence was taken for an answer before the last deadline`);
  if (decided.choice !== plan.onSilence || decided.by !== null)
    verdict.wrong.push(`${name}: silence means ${plan.onSilence}`);
}

const late = (measure: Measure, due: number, at: number): string =>
  `${Math.round(measure.between(due, at))} ms`;

/** Watchbell asks by itself when the point of no return nears and work is open. */
function judgeOwnQuestion({ key, life, measure }: Deciding, verdict: Verdict): void {
  const { startedAt, verifyingAt, ended, plan, decisions } = life;
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
    else if (!measure.mayBeUnderWay(due, askedAt))
      verdict.lost.push(`${key}: asked for a decision ${late(measure, due, askedAt)} late`);
    if (askedAt > workOver + measure.early)
      verdict.wrong.push(`${key}: asked for a decision when no work was open`);
  }
  if (own.length === 0 && !needNotAsk({ life, measure }, due, workOver))
    verdict.lost.push(`${key}: no decision was asked for when the point of no return neared`);
}

/** A decision was open when it was due, or the work was over, or became so while it may have been under way. */
function needNotAsk({ life, measure }: Omit<Deciding, 'key'>, due: number, workOver: number): boolean {
  if (measure.mayBeUnderWay(due, workOver)) return true;
  const wasOpen = ({ askedAt, ...decision }: Decision) =>
    measure.mayBeUnderWay(due, askedAt) &&
    (settledAt({ askedAt, ...decision }) ?? Infinity) > due - measure.early;
  return life.decisions.some(wasOpen);
}
