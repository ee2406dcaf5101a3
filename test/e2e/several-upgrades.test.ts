import { afterAll, beforeAll, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { wordingOf } from '../../src/demo/autopilot/recorder.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';
const HERE = `in ${ROOM}`;
const database = await testDatabase();
let world: TestWatchbell;

beforeAll(async () => {
  world = await bootWatchbell({ database, now: berlin('2026-12-05T21:50') });
});
afterAll(() => world?.stop());

test('a second window on the same system → scheduled, with a warning of the overlap', async () => {
  const { stage } = world;
  const yaml = await readShippedPlan('crm-migration');
  for (const answer of [/UP-1 is scheduled/, /UP-2 is scheduled.*overlaps with UP-1 \(CRM 8 to CRM 9\)/s]) {
    const draft = await importPlan(stage, 'dana', ROOM, yaml);
    const scheduled = await schedule(stage, 'dana', ROOM, draft);
    expect(scheduled.text).toMatch(answer);
  }
});

test('a command in a room of two upgrades → asks which, and the click is the command for that one', async () => {
  const { stage } = world;
  const asked = await stage.types('dana', ROOM, 'start', /Which upgrade do you mean/);
  await stage.clicks('dana', asked, 'command.pick.2', { in: HERE, text: /UP-1 has started/ });
  await stage.types('dana', ROOM, 'start', /UP-2 has started/);
  const status = await stage.types(
    'uma',
    ROOM,
    'status half of it is *through*',
    /Which upgrade do you mean/,
  );
  await stage.clicks('uma', status, 'command.pick.1', { in: HERE, text: /status line for UP-2 is kept/ });
  await stage.settle();
  expect(wordingOf(stage.find(ROOM, /^UP-2 CRM 8/))).toContain('half of it is *through*');
  expect(wordingOf(stage.find(ROOM, /^UP-1 CRM 8/))).not.toContain('half of it');
});

test('a form, reached by picking its upgrade → opens in time, and is answered in the room', async () => {
  const { stage } = world;
  const asked = await stage.types('olga', ROOM, 'issue', /Which upgrade do you mean/);
  await stage.opens('olga', (olga) => olga.click(asked.target, 'command.pick.2'));
  await stage.submitsAnswered(
    'olga',
    { text: 'Interface down' },
    { in: HERE, text: /Issue 1 of UP-1 is open/ },
  );
});
