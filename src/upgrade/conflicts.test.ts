import { expect, test } from 'vitest';
import { by, draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { findConflicts } from './conflicts.ts';
import type { State } from './lifecycle.ts';
import { scheduleUpgrade } from './schedule-upgrade.ts';
import { keyOf, type Upgrade } from './store.ts';

const { db } = await testDatabase();
const t = await testContext(db, [], new Date('2026-11-20T09:00:00Z'));
const crm = await draftOf(t);

/** Another upgrade at the same hour that shares nothing but what the test says. */
function other(change: Partial<Upgrade['plan']> = {}, more: Partial<Upgrade> = {}): Upgrade {
  const people = { ...crm.plan.people, lead: 'UINES', sponsor: 'UGRACE' };
  const audience = { ...crm.plan.audience, channels: ['CENGINEERING'] };
  const plan = { ...crm.plan, system: 'ci', upgrade: 'Builds', people, audience, ...change };
  return { ...crm, id: crm.id + 1, number: 77, state: 'scheduled', plan, ...more };
}

test.each([
  ['nothing', other(), []],
  ['the system', other({ system: 'CRM' }), ['same system']],
  ['the lead', other({ people: { ...crm.plan.people, sponsor: 'UGRACE' } }), ['same lead']],
  ['lead and sponsor', other({ people: crm.plan.people }), ['same lead, same sponsor']],
  ['the audience channel', other({ audience: crm.plan.audience }), ['same audience channel']],
])('windows that overlap and share %s', (_what, neighbour, shared) => {
  const messages = shared.map(
    (each) => `The window overlaps with UP-77 (Builds), which is scheduled: ${each}.`,
  );
  expect(findConflicts(crm, [neighbour]).map(({ message }) => message)).toEqual(messages);
});

test('windows that only touch are no conflict', () => {
  const after = { startsAt: crm.endsAt, endsAt: new Date(crm.endsAt.getTime() + 60_000) };
  const before = { startsAt: new Date(crm.startsAt.getTime() - 60_000), endsAt: crm.startsAt };
  const same = { system: 'crm' };
  expect(findConflicts(crm, [other(same, after), other(same, before)])).toEqual([]);
});

test.each(['draft', 'cancelled', 'completed', 'rolled_back', 'closed'] as State[])(
  'a window that is %s disturbs nobody',
  (state) => {
    expect(findConflicts(crm, [other({ system: 'crm' }, { state })])).toEqual([]);
  },
);

test('scheduling into a conflict warns and goes through', async () => {
  await scheduleUpgrade(t.context, by('dana'), crm.id);
  const second = await draftOf(t);
  const { upgrade, warnings } = await scheduleUpgrade(t.context, by('dana'), second.id);
  expect(upgrade.state).toBe('scheduled');
  expect(warnings.map(({ message }) => message)).toEqual([
    `The window overlaps with ${keyOf(crm)} (CRM 8 to CRM 9), which is scheduled: same system, same lead, same sponsor, same audience channel.`,
  ]);
});
