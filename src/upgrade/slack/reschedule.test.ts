import { describe, expect, test } from 'vitest';
import { draftOf, testContext } from '../../../test/support/context.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { peopleOn, textOf } from '../../../test/support/surface.ts';
import { transact } from '../../context.ts';
import { checkView } from '../../sandbox/validate/view.ts';
import type { Message } from '../../slack/message.ts';
import { lifecycle } from '../index.ts';
import { getUpgrade, keyOf, updateUpgrade } from '../store.ts';

const { db } = await testDatabase();
const OVERLAP = ['2027-10-31T02:30+02:00', '2027-10-31T02:30+01:00'];
const GAP = ['2027-03-28T01:30+01:00', '2027-03-28T03:30+02:00'];

async function rig() {
  const t = await testContext(db, [], new Date('2026-12-01T09:00:00Z'));
  const draft = await draftOf(t);
  const upgrade = await transact(t.context, (unit) => updateUpgrade(unit, draft, { state: 'scheduled' }));
  const people = peopleOn(t, lifecycle.surface, 'CCRMUPGRADE');
  const start = async () => (await getUpgrade(db, upgrade.teamId, upgrade.id)).startsAt.toISOString();
  return { ...t, ...people, upgrade, key: keyOf(upgrade), start };
}

const valuesOf = (messages: Message[]) =>
  messages
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.type === 'actions' ? block.elements : []))
    .flatMap((element) => (element.type === 'button' ? (element.value ?? '') : []));

describe('typed', () => {
  test('a local time in the zone of the plan, and why', async () => {
    const t = await rig();
    const said = textOf(await t.type('priya', `reschedule ${t.key} 2026-12-12 22:00 vendor is late`));
    expect(await t.start()).toBe('2026-12-12T21:00:00.000Z');
    expect(said).toContain(`${t.key} is moved`);
    expect(said).toContain('everyone who heard the old time hears the new one now');
    expect(said).toContain(`the next notice goes out <!date^${Date.UTC(2026, 11, 5, 21) / 1_000}^`);
  });

  test.each([
    ['2027-10-31 02:30', OVERLAP, 'happens twice', '2027-10-31T00:30:00.000Z'],
    ['2027-03-28 02:30', GAP, 'does not exist', '2027-03-28T00:30:00.000Z'],
  ])('%s: asks which is meant; each button settles it', async (typed, choices, words, first) => {
    const t = await rig();
    const before = await t.start();
    const asked = await t.type('dana', `reschedule ${t.key} ${typed} vendor is late`);
    expect(textOf(asked)).toContain(words);
    const settled = choices.map((choice) => `reschedule ${t.key} ${choice} vendor is late`);
    expect(valuesOf(asked)).toEqual(settled);
    expect(await t.start()).toBe(before);
    await t.type('dana', settled[0] ?? '');
    expect(await t.start()).toBe(first);
  });

  test.each([
    ['when the vendor is ready', 'No time could be read'],
    ['5.12.2026 22:00', 'could be two different days'],
    ['2026-11-30 22:00', 'has already passed'],
  ])('%s is refused and moves nothing', async (typed, words) => {
    const t = await rig();
    const before = await t.start();
    await expect(t.type('dana', `reschedule ${t.key} ${typed}`)).rejects.toThrow(words);
    expect(await t.start()).toBe(before);
  });
});

describe('by form', () => {
  test('starts from the planned time', async () => {
    const t = await rig();
    await t.click('dana', 'upgrade.reschedule', t.upgrade);
    const form = JSON.stringify(t.lastForm());
    expect(form).toContain('"initial_date":"2026-12-05"');
    expect(form).toContain('"initial_time":"22:00"');
    expect(form).toContain('time in Europe/Berlin');
    await t.submit('dana', { date: '2026-12-12', time: '21:30', why: 'vendor is late' });
    expect(await t.start()).toBe('2026-12-12T20:30:00.000Z');
    expect(t.lastAnswer()).toContain(`${t.key} is moved`);
  });

  test('asks which time is meant where the clocks change, and again when the day is changed meanwhile', async () => {
    const t = await rig();
    await t.click('dana', 'upgrade.reschedule', t.upgrade);
    const entered = { date: '2027-10-31', time: '02:30', why: 'vendor is late' };
    const asked = await t.submit('dana', entered);
    if (!asked || asked === 'close all' || !('update' in asked)) throw new Error('nothing was asked');
    expect(() => checkView(asked.update, 'modal')).not.toThrow();
    for (const words of [...OVERLAP, 'vendor is late', '"initial_date":"2027-10-31"']) {
      expect(JSON.stringify(asked.update)).toContain(words);
    }
    const stale = await t.submit('dana', { ...entered, date: '2027-03-28', which: OVERLAP[0] });
    expect(JSON.stringify(stale)).toContain(GAP[1]);
    expect(await t.start()).toBe('2026-12-05T21:00:00.000Z');
    await t.submit('dana', { ...entered, which: OVERLAP[1] });
    expect(await t.start()).toBe('2027-10-31T01:30:00.000Z');
  });
});
