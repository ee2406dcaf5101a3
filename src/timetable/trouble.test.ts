import { readFile } from 'node:fs/promises';
import { beforeEach, expect, it } from 'vitest';
import { testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { TEAM } from '../../test/support/recording-slack.ts';
import { type Context, transact } from '../context.ts';
import { until } from '../demo/pass-time.ts';
import { SlackFailure } from '../slack/failure.ts';
import { type Handler, handler } from './decide.ts';
import { TimetableRunner } from './runner.ts';
import { listRows, outlook, planRows } from './store.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');
const LOCK = 77_001;

let context: Context;
let upgradeId = 0;
beforeEach(async () => {
  ({ context } = await testContext(db, [], NOW));
  await db.execute(`update timetable set state = 'cancelled' where state = 'planned'`);
  upgradeId += 10;
});

const plan = (kind: string, of = upgradeId, minutesAgo = 0) => {
  const dueAt = new Date(NOW.getTime() - minutesAgo * 60_000);
  return transact(context, (unit) =>
    planRows(unit, [{ teamId: TEAM, upgradeId: of, kind, slot: '1', dueAt }]),
  );
};
const runner = (...handlers: Handler[]) => new TimetableRunner(context, handlers);
const rows = (of = upgradeId) => listRows(db, TEAM, of);
const soon = () => db.execute('update timetable set not_before = null');

function gate() {
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), closed };
}

it('a row whose preparation takes long holds up no other upgrade, and keeps its lease meanwhile', async () => {
  const { open, closed } = gate();
  let prepared = 0;
  const slow = handler<void>({
    kind: 'slow',
    prepare: () => {
      prepared += 1;
      return closed;
    },
    decide: async () => 'done',
  });
  const running = runner(slow, handler({ kind: 'bell', decide: async () => 'done' }));
  await running.start();
  await plan('slow');
  running.wake();
  await until('the slow row has begun', () => prepared === 1);
  await plan('bell', upgradeId + 1);
  running.wake();
  await until('the other row is done', async () => (await rows(upgradeId + 1))[0]?.state === 'done');

  const [before] = await rows();
  await until('the lease was renewed', async () => {
    const [now] = await rows();
    return (now?.leaseUntil?.getTime() ?? 0) > (before?.leaseUntil?.getTime() ?? 0);
  });
  open();
  await running.stop();
  expect(await rows()).toMatchObject([{ state: 'done', generation: 1 }]);
});

it('a row whose upgrade is locked for long gives its connection back, and is not given up', async () => {
  const { open, closed } = gate();
  const blocked = handler({
    kind: 'blocked',
    async decide(unit) {
      await unit.tx.execute(`select pg_advisory_xact_lock(${LOCK})`);
      return 'done';
    },
  });
  const holding = db.transaction(async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(${LOCK})`);
    await closed;
  });
  await plan('blocked');
  await runner(blocked).runDue();
  expect(await rows()).toMatchObject([{ state: 'planned', failures: 0, leaseUntil: null }]);
  open();
  await holding;
  await soon();
  await runner(blocked).runDue();
  expect(await rows()).toMatchObject([{ state: 'done' }]);
});

it('a row of a kind that only a newer version knows is left to it, and blocks nothing', async () => {
  await plan('from the future', upgradeId, 5);
  await plan('bell');
  const bell = handler({ kind: 'bell', decide: async () => 'done' });
  await runner(bell).runDue();
  expect(await rows()).toMatchObject([
    { kind: 'from the future', state: 'planned', generation: 0 },
    { kind: 'bell', state: 'done' },
  ]);
  // Nor is it looked for at once again, and again.
  const { rows: waiting } = await db.execute<{ retry: number | null }>(outlook(NOW, ['bell']));
  expect(waiting).toMatchObject([{ retry: null }]);
});

it('a row that was given up → taken again once it was put back as docs/operations.md says', async () => {
  let broken = true;
  const fragile = handler({
    kind: 'fragile',
    async decide() {
      if (broken) throw new Error('a defect');
      return 'done';
    },
  });
  await plan('fragile');
  for (let attempt = 0; attempt < 8; attempt++) {
    await runner(fragile).runDue();
    await soon();
  }
  const [failed] = await rows();
  expect(failed).toMatchObject({ state: 'failed', reason: 'a defect' });
  broken = false;
  const [statement = ''] =
    /update timetable set state = 'planned'[^"]+/.exec(await readFile('docs/operations.md', 'utf8')) ?? [];
  await db.execute(statement.replace('123', String(failed?.id)));
  await runner(fragile).runDue();
  expect(await rows()).toMatchObject([{ state: 'done', reason: null }]);
});

it('a row that cannot read Slack because the token is revoked waits for it', async () => {
  const revoked = new SlackFailure('refused', 'users.info', 'token_revoked');
  const reading = handler<void>({
    kind: 'reading',
    prepare: () => Promise.reject(revoked),
    decide: async () => 'done',
  });
  await plan('reading');
  for (let attempt = 0; attempt < 10; attempt++) {
    await runner(reading).runDue();
    await soon();
  }
  expect(await rows()).toMatchObject([{ state: 'planned', failures: 0 }]);
});

it('a row that comes too late to be of use is left out without asking its handler', async () => {
  const ask = handler({ kind: 'heartbeat.ask', decide: () => Promise.reject(new Error('asked')) });
  await plan('heartbeat.ask', upgradeId, 6);
  await runner(ask).runDue();
  expect(await rows()).toMatchObject([
    { state: 'skipped', reason: 'it came 6 min late, and is of no use later than 5 min' },
  ]);
});
