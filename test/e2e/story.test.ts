import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { wordingOf } from '../../src/demo/autopilot/recorder.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { hasRedis } from '../support/redis.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';

const worlds = [
  { mode: 'socket', queue: 'postgres' },
  { mode: 'http', queue: 'postgres' },
  { mode: 'socket', queue: 'redis' },
  { mode: 'http', queue: 'redis' },
] as const;

describe.each(worlds)('an upgrade over $mode, its queue on $queue', async ({ mode, queue }) => {
  const skip = queue === 'redis' && !hasRedis;
  const database = await testDatabase();
  let world: TestWatchbell;
  beforeAll(async () => {
    if (skip) return;
    world = await bootWatchbell({ database, mode, queue, now: berlin('2026-11-27T09:00') });
  });
  afterAll(() => world?.stop());

  /** Every message at this place whose first wording is like this. */
  const heard = (place: string, text: RegExp) =>
    world.stage.recorder.seen.filter((seen) => seen.place === place && text.test(seen.text));

  test.skipIf(skip)(
    'a plan that is uploaded and scheduled → announced at its time, to each place once',
    async () => {
      const { stage } = world;
      const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
      await schedule(stage, 'dana', ROOM, draft);
      await stage.passUntil(berlin('2026-11-28T22:00'));
      for (const place of ['#all-staff', '#sales', '@arjun', '@emma']) {
        expect(heard(place, /CRM 8 to CRM 9/)).toHaveLength(1);
      }
      expect(heard('@zoe', /./)).toEqual([]);
    },
  );

  test.skipIf(skip)('started → a heartbeat after half an hour, with the line that was given', async () => {
    const { stage } = world;
    await stage.passUntil(berlin('2026-12-05T22:00'));
    const before = stage.now;
    await stage.types('dana', ROOM, 'start', /UP-1 has started/);
    await stage.types('uma', ROOM, 'status Backup is running', /status line for UP-1 is kept/);
    await stage.passUntil(berlin('2026-12-05T22:35'));
    const [beat, ...more] = heard(ROOM, /Next update/).filter((seen) => /elapsed/.test(seen.text));
    expect(more).toEqual([]);
    expect(beat?.text).toContain('Backup is running');
    expect(beat?.at.getTime()).toBeGreaterThanOrEqual(before.getTime() + 30 * 60_000);
  });

  test.skipIf(skip)(
    'a rollback asked for → the sponsor decides, and the poll keeps what happened',
    async () => {
      const { stage } = world;
      await stage.types(
        'olga',
        ROOM,
        'rollback Half of the contacts are missing',
        /has been asked to decide/,
      );
      await stage.settle();
      const poll = stage.find(ROOM, /roll back or keep going/);
      await stage.clicks(
        'priya',
        stage.find('@priya', /roll back or keep going/),
        'rollback.vote.keep_going',
        {
          in: '',
          text: /decided, keep going/,
        },
      );
      await stage.settle();
      expect(wordingOf(poll)).toMatch(/decided, keep going.*@priya \(sponsor\)/s);
      expect(poll.actionIds.filter((id) => id.startsWith('rollback.vote'))).toEqual([]);
    },
  );

  test.skipIf(skip)('done, checked and completed → everybody who was told hears it', async () => {
    const { stage } = world;
    await stage.types('dana', ROOM, 'done', /UP-1 is being verified/);
    await stage.opens('dana', (dana) => dana.command(ROOM, '/upgrade', 'done'));
    await stage.submitsAnswered(
      'dana',
      { 'checks.1': ['1', '2', '3', '4', '5', '6'] },
      { in: `in ${ROOM}`, text: /UP-1 is complete/ },
    );
    await stage.settle();
    for (const place of [ROOM, '#all-staff', '#sales', '@arjun', '@emma']) {
      expect(heard(place, /is available again/)).toHaveLength(1);
    }
  });

  test.skipIf(skip)(
    'a week later → asked on a working day at their own 10:00, answered, closed with results',
    async () => {
      const { stage } = world;
      await stage.passUntil(berlin('2026-12-14T17:00'));
      const [asked] = heard('@arjun', /how is crm for you now/);
      expect(asked?.at.toISOString()).toMatch(/^2026-12-14T04:3/);
      await stage.opens('arjun', (arjun) => arjun.click(asked?.target ?? { view: '' }, 'survey.answer'));
      expect(await world.as('arjun').submit({ satisfaction: '4' })).toMatchObject({ result: 'updated' });
      await stage.passUntil(berlin('2026-12-22T09:00'));
      expect(heard(ROOM, /1 of 11 people answered/)).toHaveLength(1);
    },
  );
});
