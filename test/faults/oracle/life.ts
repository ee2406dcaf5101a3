import type { Entry } from '../evidence.ts';
import type { Plan } from './plan.ts';

/** One window as it was planned at one time: from the scheduling or a move to the next one. */
export interface Revision {
  number: number;
  start: number;
  plannedAt: number;
  /** What ended it: moved on, started, or called off; never, otherwise. */
  until: number;
}

export interface Decision {
  number: number;
  askedAt: number;
  /** Null: Watchbell by itself. */
  askedBy: string | null;
  escalatedAt: number | undefined;
  extendedAt: number | undefined;
  /** More time was given before the deputy was called: the sponsor's, not the last. */
  extendedFirst: boolean;
  decided: { at: number; choice: string; how: string; by: string | null } | undefined;
}

/** What happened to one upgrade, as its record has it. */
export interface Life {
  plan: Plan;
  entries: Entry[];
  revisions: Revision[];
  moves: { at: number; revision: number }[];
  startedAt: number | undefined;
  verifyingAt: number | undefined;
  cancelledAt: number | undefined;
  ended: { at: number; how: 'completed' | 'rolled_back' } | undefined;
  decisions: Decision[];
}

export function readLife(plan: Plan, entries: Entry[]): Life {
  const all = (fact: string) => entries.filter((entry) => entry.fact === fact);
  const at = (fact: string) => all(fact)[0]?.at;
  const startedAt = at('upgrade.started');
  const cancelledAt = at('upgrade.cancelled');
  const planned = [
    ...all('upgrade.scheduled').map((entry) => ({
      at: entry.at,
      start: Date.parse(String(entry.data.startsAt)),
    })),
    ...all('upgrade.rescheduled').map((entry) => ({
      at: entry.at,
      start: Date.parse(String(entry.data.to)),
    })),
  ];
  const revisions = planned.map(({ at: plannedAt, start }, index) => ({
    number: index + 1,
    start,
    plannedAt,
    until: Math.min(planned[index + 1]?.at ?? Infinity, startedAt ?? Infinity, cancelledAt ?? Infinity),
  }));
  const [completed, rolledBack] = [at('upgrade.completed'), at('upgrade.rolled_back')];
  return {
    plan,
    entries,
    revisions,
    moves: all('upgrade.rescheduled').map((entry, index) => ({ at: entry.at, revision: index + 2 })),
    startedAt,
    verifyingAt: at('upgrade.verifying'),
    cancelledAt,
    ended:
      completed !== undefined
        ? { at: completed, how: 'completed' }
        : rolledBack !== undefined
          ? { at: rolledBack, how: 'rolled_back' }
          : undefined,
    decisions: all('rollback.asked').map((entry) => readDecision(entry, entries)),
  };
}

function readDecision(asked: Entry, entries: Entry[]): Decision {
  const number = Number(asked.data.number);
  const of = (fact: string) => entries.find((entry) => entry.fact === fact && entry.data.number === number);
  const [decided, escalated, extended] = [
    of('rollback.decided'),
    of('rollback.escalated'),
    of('rollback.extended'),
  ];
  return {
    number,
    askedAt: asked.at,
    askedBy: asked.actor,
    escalatedAt: escalated?.at,
    extendedAt: extended?.at,
    extendedFirst: extended !== undefined && (escalated === undefined || extended.id < escalated.id),
    decided: decided && {
      at: decided.at,
      choice: String(decided.data.choice),
      how: String(decided.data.how),
      by: decided.actor,
    },
  };
}

/** When nothing was left to decide. */
export const settledAt = ({ decided }: Decision): number | undefined => decided?.at;

/** The window that counted when the work began. */
export const lastRevision = ({ revisions }: Life): Revision | undefined => revisions.at(-1);
