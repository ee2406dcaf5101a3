import { edit, type Mutant } from './mutant.ts';

const NO_UNIQUE_KEY = [
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
];

const NO_GENERATION = [
  edit(
    'timetable/store.ts',
    '.generation} + 1`,\n      leaseUntil: sql`now() +',
    '.generation} + 1`,\n      leaseUntil: sql`now() + 0 *',
  ),
  edit(
    'timetable/decide.ts',
    'if (settled < decided.length) throw new ClaimLost();',
    'if (settled > decided.length) throw new ClaimLost();',
  ),
];

/** Of how messages are claimed, sent, looked for and kept. */
export const OF_DELIVERY: Mutant[] = [
  {
    name: 'claim-without-lease',
    expects: { kind: 'doubled', finding: /./ },
    edits: [edit('outbox/claims.ts', 'leaseUntil: inSeconds(seconds),', 'leaseUntil: null,')],
  },
  {
    name: 'resend-without-looking',
    expects: { kind: 'doubled', finding: /./ },
    under: ['slack answers late or never'],
    edits: [edit('outbox/deliver.ts', 'if (delivery.doubtful) {', 'if (delivery.doubtful && false) {')],
  },
  {
    name: 'lost-answer-taken-for-failure',
    expects: { kind: 'doubled', finding: /./ },
    under: ['slack answers late or never'],
    edits: [edit('slack/call.ts', "NOT_SENT.has(code) ? 'passing' : 'doubtful'", "'passing'")],
  },
  {
    name: 'only-the-queue-rings',
    expects: { kind: 'lost', finding: /./ },
    under: ['redis'],
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
    expects: { kind: 'wrong', finding: /overtook/ },
    // A post that did not arrive waits longest for its turn.
    under: ['freeze while looking'],
    edits: [edit('outbox/claimable.ts', 'and e.lane =', 'and false and e.lane =')],
  },
  {
    name: 'heartbeat-out-of-turn',
    expects: { kind: 'wrong', finding: /heartbeat \d+ overtook UP-\d+: (?!heartbeat)/ },
    // So long that a heartbeat waits behind several others to its room.
    under: ['slack limits'],
    edits: [edit('outbox/claimable.ts', 'and e.lane =', "and outbox.kind <> 'heartbeat' and e.lane =")],
  },
  {
    name: 'no-unique-key',
    expects: { kind: 'doubled', finding: /./ },
    edits: NO_UNIQUE_KEY,
  },
  {
    name: 'rows-decided-without-a-claim',
    expects: { kind: 'lost', finding: /./ },
    edits: NO_GENERATION,
  },
  {
    name: 'no-unique-key-and-no-claim',
    expects: { kind: 'doubled', finding: /./ },
    edits: [...NO_UNIQUE_KEY, ...NO_GENERATION],
  },
  {
    name: 'dead-claim-is-no-doubt',
    expects: { kind: 'doubled', finding: /./ },
    under: ['kill', 'kill all'],
    edits: [
      edit('outbox/claims.ts', '.leaseUntil} is not null and', '.leaseUntil} is not null and false and'),
    ],
  },
  {
    name: 'zombie-posts',
    expects: { kind: 'doubled', finding: /./ },
    under: ['freeze while looking'],
    edits: [
      edit(
        'outbox/deliver.ts',
        `if (!(await this.#stillHolds(delivery))) return 'taken over';`,
        // Where the facts come slowly.
        'await new Promise((resolve) => setTimeout(resolve, 100));',
      ),
    ],
  },
  {
    name: 'looks-not-back',
    expects: { kind: 'doubled', finding: /./ },
    under: ['slack answers late or never'],
    edits: [edit('outbox/deliver.ts', 'LOOK_BACK_MS = 24 * 60 * 60_000;', 'LOOK_BACK_MS = 0;')],
  },
  {
    name: 'kept-nothing-no-doubt',
    expects: { kind: 'doubled', finding: /./ },
    under: ['postgres cut'],
    edits: [edit('outbox/settle.ts', 'doubtful: !delivery.ts,', 'doubtful: false,')],
  },
  {
    name: 'touched-under-way-forgotten',
    expects: { kind: 'wrong', finding: /headline|says in the end|not thanked/ },
    under: ['slack fails'],
    edits: [
      edit(
        'outbox/claims.ts',
        `state = case when outbox.wanted = s.wanted then 'sent' else 'pending' end,`,
        `state = 'sent',`,
      ),
    ],
  },
  {
    name: 'gap-in-silence',
    expects: { kind: 'lost', finding: /heartbeat/ },
    under: ['slack limits'],
    edits: [
      edit(
        'outbox/deliver.ts',
        'if (ts || missed === 0) return message;',
        'if (ts || missed >= 0) return message;',
      ),
    ],
  },
  {
    name: 'never-pinned',
    expects: { kind: 'wrong', finding: /not pinned/ },
    edits: [
      edit(
        'outbox/deliver.ts',
        'delivery.pinned || (delivery.pin && (await this.#pin(delivery, outcome)));',
        'delivery.pinned;',
      ),
    ],
  },
  {
    name: 'retries-slowly',
    expects: { kind: 'lost', finding: /late/ },
    under: ['slack fails'],
    edits: [
      edit('outbox/settle.ts', '2 ** Math.max(0, attempt - 1) / 4)', '8 * 2 ** Math.max(0, attempt - 1))'),
    ],
  },
  {
    name: 'limits-forgotten',
    expects: { kind: 'wrong', finding: /more often than Slack takes|asked to wait/ },
    under: ['slack limits'],
    edits: [edit('outbox/pacer.ts', 'if (longest.wait > 0) return longest;', '')],
  },
  {
    name: 'takes-back-what-is-on-its-way',
    expects: { kind: 'wrong', finding: /not on the record/ },
    under: ['slack fails'],
    edits: [
      edit(
        'outbox/store.ts',
        `isNull(outbox.leaseUntil),
        isNull(outbox.ts),`,
        'isNull(outbox.ts),',
      ),
    ],
  },
  {
    name: 'stops-like-a-kill',
    expects: { kind: 'lost', finding: /late/ },
    under: ['terminate'],
    edits: [edit('lifetime.ts', 'await running.stop();', '')],
  },
];
