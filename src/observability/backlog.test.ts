import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { AdjustableClock } from '../clock.ts';
import { transact } from '../context.ts';
import { createLogger } from '../logger.ts';
import { enqueue } from '../outbox/index.ts';
import type { Lane } from '../outbox/tables.ts';
import { sayText } from '../slack/reply.ts';
import { handler, planRows } from '../timetable/index.ts';
import type { State } from '../upgrade/lifecycle.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { observe } from './observe.ts';

const database = await testDatabase();
const { db } = database;
const NOW = new Date('2026-12-06T01:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
const broken = handler({ kind: 'broken', decide: () => Promise.reject(new Error('a defect')) });

const observation = observe({
  databaseUrl: database.url,
  database,
  jobs: {
    health: async () => ({ backend: 'redis', ok: true, jobs: { timetable: 4, outbox: 5, bulk: 6 } }),
  },
  clock: new AdjustableClock({ at: NOW }),
  logger: createLogger({ level: 'silent' }),
  version: '1.0.0',
  role: 'all',
  kinds: ['broken', 'heartbeat', 'notice'],
});
let t: TestContext;
let upgrade: Upgrade;

beforeAll(async () => {
  t = await testContext(db, [{ handlers: [broken], followers: observation.followers }], NOW);
});
afterAll(() => observation.close());

/** An upgrade in this state, whose planned end was so many seconds ago. */
async function under(state: State, endedSecondsAgo: number): Promise<Upgrade> {
  const draft = await draftOf(t);
  await db.execute(`update upgrade set state = '${state}', ends_at = '${ago(endedSecondsAgo).toISOString()}'
    where id = ${draft.id}`);
  return draft;
}

const plan = (kind: string, dueAt: Date) =>
  transact(t.context, (unit) => planRows(unit, [{ ...of(upgrade), kind, slot: dueAt.toISOString(), dueAt }]));
const of = ({ teamId, id: upgradeId }: Upgrade) => ({ teamId, upgradeId });

/** A message that waits since so long ago; with what stands beside that in its row. */
async function waits(lane: Lane, secondsAgo: number, more = 'attempts = 0'): Promise<void> {
  const slot = `${lane} ${secondsAgo}`;
  await transact(t.context, (unit) =>
    enqueue(unit, [
      {
        ...of(upgrade),
        ...{ kind: 'note', slot, target: 'CROOM', lane, message: sayText(slot), plannedFor: ago(secondsAgo) },
      },
    ]),
  );
  await db.execute(`update outbox set ${more} where slot = '${slot}'`);
}

/** A rollback decision that is open, and whose last deadline was so many seconds ago. */
const asked = ({ teamId, id }: Upgrade, secondsAgo: number) =>
  db.execute(`insert into decision
      (team_id, upgrade_id, number, state, reason, opened_at, deadline_at, final_deadline_at, automatic)
    values ('${teamId}', ${id}, 1, 'open', 'it fails', '${ago(7_200).toISOString()}', '${ago(3_600).toISOString()}',
      '${ago(secondsAgo).toISOString()}', false)`);

/** Every series of the backlog and of the queue with a value other than 0, without its prefix. */
async function figures(): Promise<Record<string, number>> {
  const { text } = await observation.scrape();
  return Object.fromEntries(
    [...text.matchAll(/^watchbell_((?:timetable|outbox|queue_jobs|\w+_decisions|\w+_windows)\S*) (\S+)$/gm)]
      .map(([, series, value]): [string, number] => [series ?? '', Number(value)])
      .filter(([, value]) => value !== 0),
  );
}

test('nothing planned, nothing waits → 0 everywhere but in the queue', async () => {
  expect(await figures()).toEqual({
    'queue_jobs{topic="timetable"}': 4,
    'queue_jobs{topic="outbox"}': 5,
    'queue_jobs{topic="bulk"}': 6,
  });
});

test('what is overdue, doubtful, overrunning or given up → each figure by itself', async () => {
  upgrade = await under('in_progress', 60);
  await plan('broken', ago(30));
  for (let attempt = 0; attempt < 8; attempt++) {
    await db.execute('update timetable set not_before = null');
    await t.settle();
  }
  await plan('heartbeat', ago(90));
  await plan('heartbeat', ago(80));
  await plan('notice', ago(-600));
  await db.execute(`update timetable set generation = 2 where kind = 'notice'`);

  await waits('outbox', 120, 'attempts = 3');
  await waits('outbox', 110, 'doubtful = true, attempts = 1');
  await waits('bulk', 300);
  await waits('outbox', 900, `ts = '1.0', channel = 'CROOM', doubtful = true, attempts = 1`);
  await waits('outbox', 800, `state = 'failed', doubtful = true`);

  await asked(upgrade, 61);
  await asked(await under('verifying', -60), 59);
  await under('completed', 60);

  expect(await figures()).toEqual({
    'timetable_failed_total{kind="broken"}': 1,
    timetable_planned: 3,
    timetable_due: 2,
    timetable_retrying: 1,
    'timetable_oldest_due_seconds{kind="heartbeat"}': 90,
    'outbox_pending{lane="outbox"}': 3,
    'outbox_pending{lane="bulk"}': 1,
    'outbox_oldest_pending_seconds{lane="outbox"}': 120,
    'outbox_oldest_pending_seconds{lane="bulk"}': 300,
    'outbox_doubtful{lane="outbox"}': 1,
    'outbox_retrying{lane="outbox"}': 2,
    open_decisions: 2,
    overdue_decisions: 1,
    'running_windows{state="in_progress"}': 1,
    'running_windows{state="verifying"}': 1,
    overrunning_windows: 1,
    'queue_jobs{topic="timetable"}': 4,
    'queue_jobs{topic="outbox"}': 5,
    'queue_jobs{topic="bulk"}': 6,
  });
});
