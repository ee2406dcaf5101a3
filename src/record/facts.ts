/**
 * Everything that can stand in an upgrade's record, with what is kept about it. Instants are ISO 8601 in UTC, people are
 * Slack user ids; `actor` stands beside it in the row.
 */
export interface Facts {
  'upgrade.planned': { title: string; source?: string };
  'upgrade.edited': { title: string };
  'upgrade.scheduled': { startsAt: string; endsAt: string };
  'upgrade.rescheduled': { from: string; to: string; why?: string };
  'upgrade.cancelled': { why?: string };
  'upgrade.started': { plannedStart: string };
  'upgrade.verifying': Record<string, never>;
  'upgrade.completed': { whatChanged?: string; knownIssues?: string; plannedEnd: string };
  'upgrade.rolled_back': { plannedEnd: string };
  'upgrade.closed': Record<string, never>;
  'status.reported': { text: string };
  'issue.opened': { number: number; text: string };
  'issue.resolved': { number: number; text: string };
  'acceptance.checked': { number: number; check: string; passed: boolean };
  'act.refused': { verb: string; why: string };
  'rollback.asked': { number: number; reason: string; deadline: string };
  'rollback.advised': { number: number; text: string };
  'rollback.escalated': { number: number; deputy: string };
  'rollback.extended': { number: number; minutes: number };
  /** `dueAt`: when silence was to be taken. */
  'rollback.decided': { number: number; choice: string; how: string; dueAt?: string };
  'message.sent': {
    delivery: string;
    kind: string;
    slot: string;
    target: string;
    channel: string;
    ts: string;
    plannedFor: string;
    lateSeconds: number;
    /** `bulk` for fan-outs; absent where an older version wrote it. */
    lane?: string;
  };
  /** Overtaken by events before it could be sent. */
  'message.withdrawn': { delivery: string; kind: string; slot: string; target: string; reason: string };
  /** A failed one is tried again because somebody asked for it. */
  'message.retried': { delivery: string; kind: string; slot: string; target: string };
  'message.failed': { delivery: string; kind: string; slot: string; target: string; error: string };
  'timetable.skipped': { kind: string; slot: string; dueAt: string; reason: string };
  'timetable.failed': { kind: string; slot: string; dueAt: string; reason: string };
  /** Whom a notice goes to, by the facts of that moment, and who of the plan's audience cannot be told. */
  'audience.resolved': {
    kind: string;
    slot: string;
    channels: number;
    people: number;
    leftOut: { target: string; why: string }[];
  };
  /** Heartbeats that were due while Watchbell could not run; one catch-up took their place. */
  'heartbeat.missed': { first: string; last: string; count: number };
  /** A heartbeat went out without a new status line; `inARow` counts those since the last line. */
  'heartbeat.silent': { dueAt: string; inARow: number; since: string };
  'survey.opened': { people: number; closesAt: string };
  /** Without the person: an answer names nobody unless they agreed. */
  'survey.answered': { changed: boolean };
  'survey.answer_deleted': Record<string, never>;
  'survey.closed': { people: number; answers: number };
}

export type Fact = keyof Facts;
