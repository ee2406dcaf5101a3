import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { wordingOf } from '../../src/demo/autopilot/recorder.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const ROOM = '#crm-upgrade';
const database = await testDatabase();
let world: TestWatchbell;

beforeAll(async () => {
  world = await bootWatchbell({ database, now: berlin('2026-12-05T21:50') });
});
afterAll(() => world?.stop());

const headline = () => world.stage.find(ROOM, /^UP-1 CRM 8 to CRM 9/);

describe('a plan', () => {
  const submitted = async (yaml: string) => {
    await world.stage.opens('dana', (dana) => dana.command(ROOM, '/upgrade', `import ${yaml}`));
    const outcome = await world.as('dana').submit();
    const kept = JSON.stringify(world.as('dana').modal()?.view.state.values);
    await world.as('dana').closeModal();
    return { outcome, kept };
  };

  test('that is no YAML → line and column under the text, which stays', async () => {
    const { outcome, kept } = await submitted('upgrade: "CRM 8\nsystem: crm');
    expect(outcome).toMatchObject({
      result: 'errors',
      errors: { yaml: expect.stringMatching(/Line \d+, column \d+/) },
    });
    expect(kept).toContain('system: crm');
  });

  test('with an unknown key → the nearest known one', async () => {
    const yaml = (await readShippedPlan('crm-migration')).replace('system: crm', 'sytem: crm');
    const answer = await world.stage.types('dana', ROOM, `import ${yaml}`, /Not done/);
    expect(answer.text).toMatch(/sytem.*system/);
  });

  test('that starts in the past → refused, and told when', async () => {
    const yaml = (await readShippedPlan('crm-migration')).replace(
      'start: 2026-12-05T22:00',
      'start: 2026-12-04T22:00',
    );
    const answer = await world.stage.types('dana', ROOM, `import ${yaml}`, /Not done/);
    expect(answer.text).toMatch(/past|passed/);
  });

  test('without its channel’s leave → how to invite the bot', async () => {
    const yaml = (await readShippedPlan('crm-migration')).replace('["#all-staff"]', '["#finance"]');
    const answer = await world.stage.types('dana', ROOM, `import ${yaml}`, /Not done/);
    expect(answer.text).toMatch(/finance.*\/invite/s);
  });
});

describe('a command', () => {
  test('that does not exist → the nearest one, with what was typed', async () => {
    const answer = await world.stage.types('dana', ROOM, 'strat UP-1 now', /Not done/);
    expect(answer.text).toContain('Did you mean /upgrade start?');
    expect(answer.text).toContain('strat UP-1 now');
  });

  test('for an upgrade that does not exist → what there is', async () => {
    await world.stage.types('dana', ROOM, 'start UP-99', /There is no UP-99 here/);
  });
});

describe('a status', () => {
  beforeAll(async () => {
    const { stage } = world;
    const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
    await schedule(stage, 'dana', ROOM, draft);
    await stage.types('dana', ROOM, 'start', /UP-1 has started/);
    await stage.settle();
  });

  test.each([
    ['markup', '<!channel> <@UZOE> *now* <https://evil.example|click> &amp;'],
    ['names that would call everybody', '@here @channel @everyone look'],
    ['emoji and joined people', 'All fine 👩‍👩‍👧‍👦 :tada: 🇩🇪'],
    ['right-to-left text', 'הגיבוי הסתיים، تم النسخ'],
  ])('of %s → shown as typed, and nobody is called', async (_, text) => {
    const { stage } = world;
    await stage.types('uma', ROOM, `status ${text}`, /status line for UP-1 is kept/);
    await stage.settle();
    expect(wordingOf(headline())).toContain(text);
    expect(headline().mentions).toMatchObject({ broadcasts: [], groups: [] });
    expect(headline().mentions.users).not.toContain('UZOE');
  });

  test('of 10,000 characters → refused with the text, and the one before stays', async () => {
    const { stage, sandbox } = world;
    const text = `${'word '.repeat(1_999)}end.`;
    const answer = await stage.types('uma', ROOM, `status ${text}`, /has \d+ characters/);
    const shown = sandbox.state
      .ephemerals('UUMA')
      .find((one) => 'ephemeral' in answer.target && one.id === answer.target.ephemeral);
    expect(JSON.stringify(shown?.blocks)).toContain('end.');
    await stage.settle();
    expect(wordingOf(headline())).toContain('تم النسخ');
  });

  test('by somebody whose task it is not → refused, with who can', async () => {
    await world.stage.types('mia', ROOM, 'status I think it works', /Not done.*@uma/s);
  });
});
