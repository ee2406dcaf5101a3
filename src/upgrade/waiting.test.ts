import { expect, test } from 'vitest';
import { by, draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact, type Unit } from '../context.ts';
import { append } from '../record/index.ts';
import type { State } from './lifecycle.ts';
import { keyOf, updateUpgrade } from './store.ts';
import { waiting } from './waiting.ts';

const { db } = await testDatabase();
const t = await testContext(db, [], new Date('2026-12-05T21:00:00Z'));
const draft = await draftOf(t);

/** What waits for somebody while the upgrade (21:00 to 01:45) is in this state at this time. */
async function waitsFor(name: string, state: State, at: string) {
  await transact(t.context, (unit) => updateUpgrade(unit, draft, { state }));
  t.clock.set(new Date(at));
  return waiting(t.context, by(name));
}

test.each([
  ['draft', '2026-12-01T21:00:00Z', 'waits to be scheduled.', 'upgrade.schedule'],
  ['scheduled', '2026-12-05T20:45:00Z', 'can be started now.', 'upgrade.start'],
  ['scheduled', '2026-12-05T21:00:00Z', 'should have started by now.', 'upgrade.start'],
  ['scheduled', '2026-12-05T23:45:00Z', 'should have started by now.', 'upgrade.start.anyway'],
  ['scheduled', '2026-12-06T01:45:00Z', 'was not started in its window. Move it?', 'upgrade.reschedule'],
  [
    'in_progress',
    '2026-12-06T01:45:00Z',
    'has reached the end of its window. Is the work done?',
    'upgrade.done',
  ],
  ['verifying', '2026-12-05T23:00:00Z', 'waits for its acceptance checks.', 'upgrade.done'],
  [
    'rolling_back',
    '2026-12-05T23:00:00Z',
    'is being rolled back: say when the old version runs again.',
    'upgrade.done',
  ],
] as const)('%s at %s: it %s', async (state, at, what, actionId) => {
  expect(await waitsFor('dana', state, at)).toMatchObject([
    {
      upgradeId: draft.id,
      text: `${keyOf(draft)} CRM 8 to CRM 9 ${what}`,
      button: { actionId, value: String(draft.id) },
    },
  ]);
  expect(await waitsFor('priya', state, at)).toEqual([]);
});

test.each([
  ['draft', '2026-12-05T21:00:00Z'],
  ['scheduled', '2026-12-05T20:44:00Z'],
  ['in_progress', '2026-12-06T01:44:00Z'],
  ['completed', '2026-12-06T03:00:00Z'],
] as const)('nothing waits while it is %s at %s', async (state, at) => {
  expect(await waitsFor('dana', state, at)).toEqual([]);
});

test('starting from a list asks first, as it does everywhere', async () => {
  const [item] = await waitsFor('dana', 'scheduled', '2026-12-05T21:00:00Z');
  expect(item?.button.confirm).toBeDefined();
});

test('the acceptance checks wait until an open rollback decision is taken', async () => {
  const fact = (unit: Unit, name: 'rollback.asked' | 'rollback.decided') =>
    append(unit, by('uma'), draft.id, name, {
      number: 1,
      reason: 'slow',
      deadline: '',
      choice: 'keep_going',
      how: 'sponsor',
    });
  await transact(t.context, (unit) => fact(unit, 'rollback.asked'));
  expect(await waitsFor('dana', 'verifying', '2026-12-05T23:00:00Z')).toEqual([]);
  await transact(t.context, (unit) => fact(unit, 'rollback.decided'));
  expect(await waitsFor('dana', 'verifying', '2026-12-05T23:00:00Z')).toHaveLength(1);
});
