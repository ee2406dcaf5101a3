import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { TEAM } from '../../test/support/recording-slack.ts';
import { transact } from '../context.ts';
import { getRecord } from '../record/index.ts';
import { lockFreeUpgrades } from '../upgrade/store.ts';
import { handler, type Outcome } from './decide.ts';
import { TimetableRunner } from './runner.ts';
import { listRows, planRows, type Row } from './store.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T21:00:00Z');

let t: TestContext;
beforeEach(async () => {
  t = await testContext(db, [], NOW);
  await db.execute(sql`update timetable set state = 'cancelled' where state = 'planned'`);
});

/** One row for each of so many upgrades, all due now. */
async function dueRows(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let index = 0; index < count; index++) ids.push((await draftOf(t)).id);
  await transact(t.context, (unit) =>
    planRows(
      unit,
      ids.map((upgradeId) => ({ teamId: TEAM, upgradeId, kind: 'bell', slot: '1', dueAt: NOW })),
    ),
  );
  return ids;
}

/** Notes which upgrades were decided about in which company. */
function noting(outcome: (row: Row) => Outcome = () => 'done') {
  const together: number[][] = [];
  const alone: number[] = [];
  const bell = handler({
    kind: 'bell',
    async decide(_unit, row) {
      alone.push(row.upgradeId);
      return outcome(row);
    },
    async decideTogether(unit, rows) {
      const free = await lockFreeUpgrades(
        unit,
        rows.map(({ upgradeId }) => upgradeId),
      );
      const taken = rows.filter(({ upgradeId }) => free.some(({ id }) => id === upgradeId));
      together.push(taken.map(({ upgradeId }) => upgradeId).toSorted((a, b) => a - b));
      return new Map(taken.map((row) => [row, outcome(row)]));
    },
  });
  return { bell, together, alone };
}

const stateOf = async (upgradeId: number) => (await listRows(db, TEAM, upgradeId))[0]?.state;

test('rows that are due together are decided in one transaction, and each outcome is on its own record', async () => {
  const [first = 0, second = 0, third = 0] = await dueRows(3);
  const { bell, together, alone } = noting(({ upgradeId }) =>
    upgradeId === second ? { skipped: 'no use' } : 'done',
  );
  expect(await new TimetableRunner(t.context, [bell]).runDue()).toBe(3);
  expect(together).toEqual([[first, second, third]]);
  expect(alone).toEqual([]);
  expect([await stateOf(first), await stateOf(second), await stateOf(third)]).toEqual([
    'done',
    'skipped',
    'done',
  ]);
  const skipped = (await getRecord(db, TEAM, second)).filter(({ fact }) => fact === 'timetable.skipped');
  expect(skipped).toMatchObject([{ data: { kind: 'bell', reason: 'no use' } }]);
});

test('one upgrade that somebody holds does not hold up the others, and follows alone', async () => {
  const [held = 0, ...free] = await dueRows(3);
  const { bell, together, alone } = noting();
  const runner = new TimetableRunner(t.context, [bell]);
  await transact(t.context, async (unit) => {
    await lockFreeUpgrades(unit, [held]);
    await runner.runDue();
    expect(together).toEqual([free]);
  });
  await runner.runDue();
  expect(alone).toEqual([held]);
  expect(await stateOf(held)).toBe('done');
});

test('a row that cannot be decided does not take the others with it', async () => {
  const [broken = 0, ...sound] = await dueRows(3);
  const { bell } = noting(({ upgradeId }) => {
    if (upgradeId === broken) throw new Error('a defect');
    return 'done';
  });
  expect(await new TimetableRunner(t.context, [bell]).runDue()).toBe(2);
  expect(await stateOf(broken)).toBe('planned');
  for (const id of sound) expect(await stateOf(id)).toBe('done');
});
