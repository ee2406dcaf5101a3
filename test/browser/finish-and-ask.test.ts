import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { chromiumPath } from '../support/chromium.ts';
import { testDatabase } from '../support/postgres.ts';
import { messages, openWindows, say, type Windows } from './windows.ts';

const ROOM = '#crm-upgrade';
const CORE = ['1', '2', '3', '4'];

describe.skipIf(!chromiumPath)('the end of an upgrade in a browser', async () => {
  const database = await testDatabase();
  let world: Windows;
  let dana: Page;
  beforeAll(async () => {
    world = await openWindows(database, berlin('2026-12-05T21:50'));
    const { stage } = world;
    const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
    await schedule(stage, 'dana', ROOM, draft);
    await stage.types('dana', ROOM, 'start', /UP-1 has started/);
    await world.idle();
    dana = await world.open('dana', 'crm-upgrade');
  });
  afterAll(() => world?.stop());

  const tick = (check: string) =>
    dana.getByTestId('input-checks.1').locator(`input[value="${check}"]`).check();

  test('the work is done → verification, with the checks that come next', async () => {
    await say(dana, '/upgrade done');
    await messages(dana, /UP-1 is being verified\..*Core: Sales can log in/s).waitFor();
  });

  test('completed with a core check missing → refused by name at the checks, and what was typed stays', async () => {
    await messages(dana, /Pinned by Watchbell/)
      .getByTestId('action-upgrade.done')
      .click();
    for (const check of CORE.slice(1)) await tick(check);
    await dana.getByTestId('input-known_issues').fill('The forecast is slow until Monday');
    await dana.getByTestId('modal-submit').click();
    await dana.getByTestId('error-checks.1').getByText('Sales can log in').waitFor();
    expect(await dana.getByTestId('input-known_issues').inputValue()).toBe(
      'The forecast is slow until Monday',
    );
  });

  test('every core check passed → complete, and those affected read it as it happens', async () => {
    const arjun = await world.open('arjun', 'sales');
    await tick('1');
    await dana.getByTestId('modal-submit').click();
    await messages(dana, /UP-1 is complete/).waitFor();
    await messages(arjun, /is available again.*The forecast is slow until Monday/s).waitFor();
  });

  test('asked in Kolkata at 10:00 of a working day → answers, changes it once, and it counts once', async () => {
    await world.passUntil(berlin('2026-12-14T09:00'));
    const arjun = await world.open('arjun', 'messages');
    const invitation = messages(arjun, /how is crm for you now/);
    expect(await invitation.locator('.byline time').textContent()).toBe('10:00 am');
    await answer(arjun, '4', 'The search forgets my filter');
    await messages(arjun, /UP-1: thank you/).waitFor();
    await arjun.getByTestId('action-survey.answer').click();
    const before = arjun.getByTestId('input-difficulty');
    expect(await before.inputValue()).toBe('The search forgets my filter');
    expect(await arjun.getByTestId('input-satisfaction').locator('input[value="4"]').isChecked()).toBe(true);
    await arjun.getByTestId('modal-close').click();
    await answer(arjun, '2', 'It forgets every filter');
    await say(dana, '/upgrade survey');
    await messages(dana, /the survey is open.*Answered: 1/s).waitFor();
  });
});

async function answer(page: Page, satisfaction: string, difficulty: string): Promise<void> {
  await page.getByTestId('action-survey.answer').click();
  await page.getByTestId('input-satisfaction').locator(`input[value="${satisfaction}"]`).check();
  await page.getByTestId('input-difficulty').fill(difficulty);
  await page.getByTestId('modal-submit').click();
  await page.getByText('Your answer is in.', { exact: false }).first().waitFor();
  await page.getByTestId('modal-x').click();
  await page.getByTestId('modal').waitFor({ state: 'detached' });
}
