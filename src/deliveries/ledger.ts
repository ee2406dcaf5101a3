import type { Delivery } from '../outbox/index.ts';
import { isPerson } from '../slack/target.ts';
import type { Row } from '../timetable/index.ts';
import { explainRefusal, sayKind } from '../upgrade/explain-refusal.ts';

/** What a message or a row that did not go out is said to be. */
export interface LeftOut {
  kind: string;
  due: Date | null;
  messages: number | null;
  reason: string;
}

const LEFT_OUT: readonly Row['state'][] = ['skipped', 'cancelled', 'failed'];
/** The pinned message is drawn anew all the time: nobody counts that. */
const REDRAWN = 'headline.refresh';

/** Of rows so many are named, and of messages too: neither hides the other. */
const MOST_LEFT_OUT = 6;

/** Rows that were skipped, taken back or given up, then messages that were withdrawn: the latest of each. `more`: of others. */
export function leftOutOf(
  rows: Row[],
  withdrawn: { kind: string; reason: string; messages: number }[],
): { leftOut: LeftOut[]; more: number } {
  const steps = rows
    .filter(({ state, kind }) => LEFT_OUT.includes(state) && kind !== REDRAWN)
    .map(({ kind, dueAt, reason, state }) => ({
      kind: sayKind(kind),
      due: dueAt,
      messages: null,
      reason: `${state === 'failed' ? 'failed: ' : ''}${reason ?? ''}`,
    }));
  const messages = withdrawn.map(({ kind, reason, messages: count }) => ({
    kind: sayKind(kind),
    due: null,
    messages: count,
    reason,
  }));
  const leftOut = [...steps.slice(-MOST_LEFT_OUT), ...messages.slice(-MOST_LEFT_OUT)];
  return { leftOut, more: steps.length + messages.length - leftOut.length };
}

/** One delivery as the ledger names it; `why` is Slack's refusal in words, or its last answer. */
export function nameDelivery({ kind, target, plannedFor, error, state }: Delivery) {
  const person = isPerson(target);
  return {
    kind: sayKind(kind),
    person: person ? target : null,
    channel: person ? null : target,
    planned: plannedFor,
    why: state === 'failed' && error ? `${explainRefusal(error, target).why} (${error})` : (error ?? ''),
  };
}

/** What comes next of what people notice. */
export function comingOf(rows: Row[]): { coming: Row | undefined; planned: number } {
  const planned = rows.filter(({ state, kind }) => state === 'planned' && kind !== REDRAWN);
  return { coming: planned[0], planned: planned.length };
}
