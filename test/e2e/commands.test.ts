import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { wordingOf } from '../../src/demo/autopilot/recorder.ts';
import { until } from '../../src/demo/pass-time.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';
const VERBS =
  'new import list show schedule reschedule cancel start status issue resolve rollback done survey record'.split(
    ' ',
  );

const database = await testDatabase();
let world: TestWatchbell;

beforeAll(async () => {
  world = await bootWatchbell({ database, now: berlin('2026-11-27T09:00') });
});
afterAll(() => world?.stop());

const heard = (place: string, text: RegExp) =>
  world.stage.recorder.seen.filter((seen) => seen.place === place && text.test(seen.text));

describe('before there is any upgrade', () => {
  test('`/upgrade help` → every verb', async () => {
    const help = await world.stage.types('mia', ROOM, 'help', /\/upgrade/);
    for (const verb of VERBS) expect(help.text).toContain(`/upgrade ${verb}`);
  });

  test('`/upgrade` alone → nothing to do, but a plan to make', async () => {
    const menu = await world.stage.types('mia', ROOM, '', /No upgrade is open here/);
    expect(menu.actionIds).toContain('planning.new');
  });

  test('`/upgrade list` → there is none', async () => {
    await world.stage.types('mia', ROOM, 'list', /no upgrade/i);
  });
});

describe('a scheduled upgrade', () => {
  beforeAll(async () => {
    const { stage } = world;
    const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
    await schedule(stage, 'dana', ROOM, draft);
    await stage.passUntil(berlin('2026-11-28T22:00'));
  });

  test('`/upgrade list`, `show` and a key alone → what it is, to anybody', async () => {
    const { stage } = world;
    await stage.types('mia', ROOM, 'list', /UP-1 CRM 8 to CRM 9/);
    for (const typed of ['show UP-1', 'UP-1', 'up-1 ']) {
      const shown = await stage.types('mia', ROOM, typed, /UP-1 CRM 8 to CRM 9/);
      expect(shown.text, typed).toMatch(/@dana[\s\S]*@priya/);
    }
  });

  test('`/upgrade` alone → what this person can do here now, and nothing that would be refused', async () => {
    const { stage } = world;
    const lead = await stage.types('dana', ROOM, '', /What you can do here now/);
    const acts = lead.actionIds.filter((id) => id.startsWith('upgrade.'));
    expect(acts).toEqual(['upgrade.reschedule', 'upgrade.cancel']);
    await stage.types('dana', ROOM, 'start', /Not done.*to start in 7 days.*\/upgrade reschedule UP-1/s);
    const stranger = await stage.types('mia', ROOM, '', /./);
    expect(stranger.actionIds.filter((id) => id.startsWith('upgrade.'))).toEqual([]);
  });

  test('App Home → the upgrade, with what its lead can do', async () => {
    const dana = world.as('dana');
    await dana.openHome();
    const home = await until('Dana sees her Home', () => dana.home()?.blocks);
    expect(JSON.stringify(home)).toMatch(/UP-1 CRM 8 to CRM 9.*upgrade\.reschedule/);
  });

  test('moved → exactly those told hear old and new time, and the headline shows the new one', async () => {
    const { stage } = world;
    await stage.types('dana', ROOM, 'reschedule 2026-12-12T22:00 The vendor is late', /UP-1 is moved/);
    await stage.settle();
    for (const place of [ROOM, '#all-staff', '#sales', '@arjun', '@emma']) {
      expect(heard(place, /New time:.*2026-12-12 22:00.*Old time.*2026-12-05 22:00/s)).toHaveLength(1);
    }
    expect(heard('@zoe', /./)).toEqual([]);
    expect(wordingOf(stage.find(ROOM, /^UP-1 CRM 8 to CRM 9/))).toContain('2026-12-12 22:00');
  });

  test('cancelled → asked why, told to those who knew; no notice comes any more', async () => {
    const { stage } = world;
    await stage.opens('dana', (dana) => dana.command(ROOM, '/upgrade', 'cancel'));
    await stage.submitsAnswered(
      'dana',
      { why: 'The vendor withdrew it' },
      { in: `in ${ROOM}`, text: /UP-1 is cancelled/ },
    );
    await stage.settle();
    for (const place of [ROOM, '#all-staff', '#sales', '@arjun', '@emma']) {
      expect(heard(place, /is cancelled.*The vendor withdrew it/s)).toHaveLength(1);
    }
    await stage.passUntil(berlin('2026-12-13T00:00'));
    expect(heard('#sales', /starts in|has started/)).toEqual([]);
  });
});

describe('Start', () => {
  const start = 'upgrade.start';
  const menu = () => world.stage.types('dana', ROOM, '', /What you can do here now/);
  const onHeadline = () => {
    const posts = world.as('dana').messages(ROOM);
    return JSON.stringify(posts.find(({ text }) => text.startsWith('UP-2 CRM 8 to CRM 9'))?.blocks);
  };

  beforeAll(async () => {
    const { stage } = world;
    const plan = (await readShippedPlan('crm-migration')).replace('2026-12-05T22:00', '2026-12-14T22:00');
    await schedule(stage, 'dana', ROOM, await importPlan(stage, 'dana', ROOM, plan));
    await stage.passUntil(berlin('2026-12-14T21:40'));
  });

  test('earlier than 15 minutes before → offered nowhere', async () => {
    expect((await menu()).actionIds).not.toContain(start);
    expect(onHeadline()).toContain('upgrade.reschedule');
    expect(onHeadline()).not.toContain(start);
  });

  test('from then on → offered wherever one can act, by itself, and accepted', async () => {
    const { stage } = world;
    await stage.passUntil(berlin('2026-12-14T21:46'));
    expect((await menu()).actionIds).toContain(start);
    expect(onHeadline()).toContain(start);
    const answer = { in: `in ${ROOM}`, text: /UP-2 has started/ };
    await stage.clicks('dana', stage.find(ROOM, /^UP-2 CRM 8 to CRM 9/), start, answer);
  });
});
