import { test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { testDatabase } from '../support/postgres.ts';
import { openWindows } from './windows.ts';

const ROOM = '#crm-upgrade';
const second = await testDatabase();
test('survey', async () => {
  const world = await openWindows(second, berlin('2026-11-27T09:00'));
  const stage = world.stage;
  await schedule(
    stage,
    'dana',
    ROOM,
    await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration')),
  );
  await stage.passUntil(berlin('2026-12-05T22:00'));
  await stage.types('dana', ROOM, 'start', /UP-1 has started/);
  await stage.types('dana', ROOM, 'done', /UP-1 is being verified/);
  await stage.opens('dana', (dana) => dana.command(ROOM, '/upgrade', 'done'));
  await stage.submitsAnswered(
    'dana',
    { 'checks.1': ['1', '2', '3', '4', '5', '6'] },
    { in: 'in #crm-upgrade', text: /UP-1 is complete/ },
  );
  await stage.passUntil(berlin('2026-12-14T17:00'));
  const words = ['Search is slow', 'Quotes vanish', 'How do I export?', 'A dark theme', 'Fine'];
  const kinds = ['bug', 'bug', 'how_to', 'missing', undefined];
  let i = 0;
  for (const name of ['lena', 'tom', 'zoe', 'mike', 'arjun']) {
    const asked = stage.find(`@${name}`, /how is crm for you now/);
    await stage.opens(name, (p) => p.click(asked.target, 'survey.answer'));
    const k = kinds[i];
    const sent = await world
      .as(name)
      .submit({
        satisfaction: String(((i * 2) % 5) + 1),
        difficulty: words[i] ?? '',
        ...(k ? { kind: k } : {}),
        mayName: i === 1 ? ['yes'] : [],
      });
    if (sent.result !== 'updated') throw new Error(JSON.stringify(sent));
    await world.as(name).closeModal();
    i++;
  }
  await stage.settle();
  const dm = await world.open('lena', 'messages');
  await dm.waitForTimeout(1000);
  await dm.screenshot({ path: '/tmp/b3shots/thanks.png' });
  const dm2 = await world.open('sam', 'messages');
  await dm2.waitForTimeout(1000);
  await dm2.screenshot({ path: '/tmp/b3shots/invitation.png' });
  await stage.passUntil(berlin('2026-12-22T09:00'));
  const page = await world.open('dana', 'crm-upgrade');
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/tmp/b3shots/results.png' });
  await world.stop();
}, 60000);
