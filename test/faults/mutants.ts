import type { Edit } from './build-bot.ts';

/** A defect that a careless change could bring, as edits of the program. */
export interface Mutant {
  name: string;
  edits: Edit[];
  /** Where it shows only on one queue. */
  queue?: 'redis' | 'postgres';
}

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

export const MUTANTS: Mutant[] = [
  {
    name: 'claim-without-lease',
    edits: [edit('outbox/claims.ts', 'leaseUntil: inSeconds(seconds),', 'leaseUntil: null,')],
  },
  {
    name: 'resend-without-looking',
    edits: [edit('outbox/deliver.ts', 'if (delivery.doubtful) {', 'if (delivery.doubtful && false) {')],
  },
  {
    name: 'lost-answer-taken-for-failure',
    edits: [edit('slack/call.ts', "NOT_SENT.has(code) ? 'passing' : 'doubtful'", "'passing'")],
  },
  {
    name: 'no-unique-key-and-no-generation',
    edits: [
      edit(
        'db/migrate.ts',
        'await also();',
        `await also();
    await client.query('alter table outbox drop constraint if exists outbox_delivery_once');
    await client.query('create unique index if not exists live on outbox (upgrade_id, kind, slot, target) where message is null');`,
      ),
      edit(
        'outbox/store.ts',
        'on conflict (upgrade_id, kind, slot, target) do update set',
        'on conflict (upgrade_id, kind, slot, target) where message is null do update set',
      ),
      edit(
        'timetable/store.ts',
        'generation = generation + 1, lease_until = now() +',
        'generation = generation + 1, lease_until = now() + 0 *',
      ),
      edit(
        'timetable/decide.ts',
        'if (settled < decided.length) throw new ClaimLost();',
        'if (settled > decided.length) throw new ClaimLost();',
      ),
    ],
  },
  {
    name: 'heartbeat-from-memory',
    edits: [
      edit(
        'heartbeat/send-heartbeat.ts',
        'issues: issues.filter(({ upgradeId }) => upgradeId === upgrade.id),',
        'issues: (memory[upgrade.id] ??= issues.filter(({ upgradeId }) => upgradeId === upgrade.id)),',
      ),
      edit(
        'heartbeat/send-heartbeat.ts',
        'async function recordShortcomings(',
        'const memory: Record<number, Awaited<ReturnType<typeof listIssuesOf>>> = {};\nasync function recordShortcomings(',
      ),
    ],
  },
  {
    name: 'reschedule-takes-nothing-back',
    edits: [
      edit('notices/rules.ts', '[(notice, { revision }) => notice.revision !== revision, () => moved],', ''),
      edit('notices/tell-changes.ts', "await cancelRows(unit, upgradeId, ['notice'], reason);", ''),
      edit(
        'notices/tell-changes.ts',
        "await cancelDeliveries(unit, upgradeId, ['notice', MOVED], reason);",
        '',
      ),
    ],
  },
  {
    name: 'vote-without-authority',
    edits: [
      edit(
        'upgrade/authority.ts',
        "verb === 'decide' && !escalated ? ['sponsor'] : [...ALLOWED[verb]]",
        "verb === 'decide' ? [...ROLES] : [...ALLOWED[verb]]",
      ),
    ],
  },
  {
    name: 'deadline-from-wall-clock',
    edits: [
      edit(
        'rollback/open-decision.ts',
        'deriveDeadlines(upgrade.plan, unit.now)',
        'deriveDeadlines(upgrade.plan, new Date())',
      ),
    ],
  },
  {
    name: 'only-the-queue-rings',
    queue: 'redis',
    edits: [
      edit(
        'jobs/look-loop.ts',
        'this.#timer = setTimeout(() => this.wake(), Math.min(pause, MAX_TIMER));',
        'this.#timer = undefined;',
      ),
      edit(
        'timetable/runner.ts',
        'this.#sweep = setInterval(() => void this.#ringSoon(), SWEEP_EVERY_MS);',
        '',
      ),
      edit(
        'app.ts',
        'if (table === null || worker.topic === table) worker.wake();',
        'if (table === null) worker.wake();',
      ),
    ],
  },
  {
    name: 'no-order-per-channel',
    edits: [edit('outbox/claimable.ts', 'and e.lane =', 'and false and e.lane =')],
  },
  {
    name: 'second-click-counts',
    edits: [
      edit(
        'upgrade/lifecycle.ts',
        "start: { from: ['scheduled'],",
        "start: { from: ['scheduled', 'in_progress'],",
      ),
    ],
  },
  {
    name: 'survey-asks-twice',
    edits: [
      edit(
        'survey/invite-people.ts',
        "kind: INVITATION, slot: 'survey'",
        'kind: INVITATION, slot: String(unit.now.getTime())',
      ),
    ],
  },
  {
    name: 'due-two-minutes-ahead',
    edits: [
      edit(
        'timetable/store.ts',
        'now.toISOString()}::timestamptz\n    and',
        'new Date(now.getTime() + 120_000).toISOString()}::timestamptz\n    and',
      ),
    ],
  },
  {
    name: 'nobody-sees-the-silence',
    edits: [
      edit(
        'rollback/rules.ts',
        "rollback.onSilence === 'roll-back' ? 'roll_back' : 'keep_going'",
        "rollback.onSilence === 'roll-back' ? 'keep_going' : 'keep_going'",
      ),
    ],
  },
];
