import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { PER_METHOD } from '../outbox/pacing.ts';

/** Seconds; a heartbeat on an idle system is there within the first, a dead queue costs a second at most. */
const LATENESS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];
const CALL = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Slack's error codes with which a post can end for good, and `other`, which is also how a defect of our own is counted. */
export const REASONS = [
  'cannot_dm_bot',
  'channel_not_found',
  'invalid_blocks',
  'is_archived',
  'messages_tab_disabled',
  'missing_scope',
  'msg_too_long',
  'not_in_channel',
  'restricted_action',
  'user_disabled',
  'user_not_found',
  'user_not_visible',
  'other',
];

/** How a post can end whose answer was lost. */
export const DOUBTS = ['found', 'sent_again', 'not_sent'] as const;

/** Kinds of messages, and `other`. */
export const MESSAGES = [
  'audience.left-out',
  'decision',
  'delivery.failed',
  'delivery.stuck',
  'headline',
  'heartbeat',
  'heartbeat.ask',
  'notice',
  'notice.cancelled',
  'notice.completed',
  'notice.decided',
  'notice.moved',
  'notice.not_started',
  'notice.rolled_back',
  'notice.started',
  'role',
  'rollback.escalated',
  'rollback.steps',
  'start.awaited',
  'start.overdue',
  'survey',
  'survey.nudge',
  'survey.results',
  'timetable.failed',
  'window.end',
  'other',
];

/** How a call can end: see `FailureKind`. */
const OUTCOMES = ['ok', 'refused', 'limited', 'passing', 'doubtful'];

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Everything that is counted, in a registry of its own. Labels are kinds, methods, codes and states, of which there are few;
 * never a person, a channel, an upgrade or a text. What an alert counts stands at 0 from the start: Prometheus does not see the
 * step of a series that was not there before. `kinds`: of the timetable's rows.
 */
export function createMetrics(kinds: string[]) {
  const registry = new Registry();
  return {
    registry,
    ...deliveryMetrics(registry, kinds),
    ...slackMetrics(registry),
    backlog: backlogGauges(registry),
    ...healthGauges(registry),
  };
}

function deliveryMetrics(registry: Registry, kinds: string[]) {
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `watchbell_${name}`, help, labelNames, registers });
  const ambiguous = counter(
    'ambiguous_posts_total',
    'Posts whose answer was lost, by how it ended: found in Slack, sent_again, or not_sent, since they were withdrawn or given up',
    'outcome',
  );
  for (const outcome of DOUBTS) ambiguous.inc({ outcome }, 0);
  const failed = counter(
    'deliveries_failed_total',
    'Messages that were given up and have to be seen to, by the reason',
    'reason',
  );
  for (const reason of REASONS) failed.inc({ reason }, 0);
  const rowsFailed = counter(
    'timetable_failed_total',
    'What was due and given up after repeated errors',
    'kind',
  );
  for (const kind of kinds) rowsFailed.inc({ kind }, 0);
  const lateness = new Histogram({
    name: 'watchbell_lateness_seconds',
    help: 'From the planned time of a message to its place in Slack; lane bulk: fan-outs, which Slack makes wait',
    labelNames: ['kind', 'lane'],
    buckets: LATENESS,
    registers,
  });
  for (const kind of MESSAGES) lateness.zero({ kind, lane: 'outbox' });
  const missed = counter('heartbeats_missed_total', 'Heartbeats that a later one took the place of');
  const retries = counter(
    'delivery_retries_total',
    'Posts, edits and looks that failed and are repeated; access_lost: Slack does not accept the token',
    'why',
  );
  for (const why of ['passing', 'limited', 'doubtful', 'access_lost']) retries.inc({ why }, 0);
  return {
    lateness,
    failed,
    withdrawn: counter(
      'deliveries_withdrawn_total',
      'Messages overtaken by events before they were sent',
      'kind',
    ),
    skipped: counter('timetable_skipped_total', 'What was due but not done, as the late policy says', 'kind'),
    rowsFailed,
    missed,
    retries,
    refusedActs: counter('acts_refused_total', 'Acts of people who may not do them', 'verb'),
    ambiguous,
  };
}

function slackMetrics(registry: Registry) {
  const registers = [registry];
  const calls = new Histogram({
    name: 'watchbell_slack_call_seconds',
    help: 'Calls to Slack by method, and by what may be done next: ok, refused, limited (429), passing (it did not happen), doubtful (it may have)',
    labelNames: ['method', 'outcome'],
    buckets: CALL,
    registers,
  });
  for (const outcome of OUTCOMES) calls.zero({ method: 'chat.postMessage', outcome });
  const limited = new Counter({
    name: 'watchbell_slack_limited_total',
    help: 'Answers with which Slack asked to wait (429)',
    labelNames: ['method'],
    registers,
  });
  for (const method of Object.keys(PER_METHOD)) limited.inc({ method }, 0);
  return { calls, limited };
}

function backlogGauges(registry: Registry) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `watchbell_${name}`, help, labelNames, registers: [registry] });
  return {
    rowsPlanned: gauge('timetable_planned', 'Rows of the timetable that are to come or due'),
    rowsDue: gauge('timetable_due', 'Rows of the timetable that are due now'),
    rowsOldest: gauge('timetable_oldest_due_seconds', 'How long the oldest due row has waited', 'kind'),
    rowsRetrying: gauge('timetable_retrying', 'Planned rows that were tried before'),
    pending: gauge('outbox_pending', 'Messages and edits that wait to be sent', 'lane'),
    pendingOldest: gauge(
      'outbox_oldest_pending_seconds',
      'How long the oldest unsent message has waited',
      'lane',
    ),
    doubtful: gauge('outbox_doubtful', 'Pending posts that may be in Slack already', 'lane'),
    retrying: gauge('outbox_retrying', 'Pending messages that were tried before', 'lane'),
    openDecisions: gauge('open_decisions', 'Rollback decisions that wait for an answer'),
    overdueDecisions: gauge('overdue_decisions', 'Open decisions past their last deadline by a minute'),
    running: gauge('running_windows', 'Upgrades under way', 'state'),
    overrunning: gauge('overrunning_windows', 'Upgrades under way past their planned end'),
  };
}

function healthGauges(registry: Registry) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `watchbell_${name}`, help, labelNames, registers: [registry] });
  return {
    info: gauge('info', 'What runs here', 'version', 'role'),
    databaseUp: gauge('database_up', 'Whether Postgres answered this scrape'),
    queueUp: gauge('queue_up', 'Whether the queue answers', 'backend'),
    queueJobs: gauge('queue_jobs', 'Rings in the queue', 'topic'),
    pool: gauge(
      'database_connections',
      'Connections of this process: open, idle, and callers that wait for one; pool receipts: what Slack sends is noted with it',
      'pool',
      'state',
    ),
    check: gauge('ready', 'What /readyz finds: 1 ok, 0.5 degraded, 0 failed', 'check'),
    drift: gauge('clock_drift_seconds', 'How far this machine is ahead of another clock', 'against'),
  };
}
