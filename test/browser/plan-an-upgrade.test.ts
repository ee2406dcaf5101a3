import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { chromiumPath } from '../support/chromium.ts';
import { testDatabase } from '../support/postgres.ts';
import { messages, openWindows, say, type Windows } from './windows.ts';

const TYPED = {
  upgrade: 'CRM 8 to CRM 9',
  system: 'crm',
  'versions.from': '8.4.2',
  'versions.to': '9.0.1',
  'reason.statement': 'CRM 8 gets no security fixes after 31 January',
  'window.date': '2026-12-05',
  'window.time': '22:00',
  'impact.downtime': 'two hours or so',
  acceptance: 'core: Sales can log in\nThe nightly export runs',
};
const CHOSEN = {
  scope: 'major',
  'reason.kind': 'end-of-support',
  'people.sponsor': 'UDANA',
  'people.deputy': 'USAM',
  'people.communicator': 'UUMA',
};

describe.skipIf(!chromiumPath)('planning an upgrade in a browser', async () => {
  const database = await testDatabase();
  let world: Windows;
  let dana: Page;
  beforeAll(async () => {
    world = await openWindows(database, berlin('2026-11-27T09:00'));
    dana = await world.open('dana', 'crm-upgrade');
  });
  afterAll(() => world?.stop());

  const field = (block: string) => dana.getByTestId(`input-${block}`);
  const error = (block: string) => dana.getByTestId(`error-${block}`);

  test('an empty form → each required field says so, and nothing is sent', async () => {
    await say(dana, '/upgrade new');
    await dana.getByTestId('modal').waitFor();
    await dana.getByTestId('modal-submit').click();
    await error('upgrade').getByText('complete this required field').waitFor();
    expect(await error('people.sponsor').textContent()).toContain('complete this required field');
    expect(await error('impact.limits').isVisible()).toBe(false);
    expect(await field('people.lead').inputValue()).toBe('UDANA');
  });

  test('what cannot be → said under its input, and what was typed stays', async () => {
    for (const [block, text] of Object.entries(TYPED)) await field(block).fill(text);
    for (const [block, value] of Object.entries(CHOSEN)) await field(block).selectOption(value);
    await field('audience.channels').locator('summary').click();
    await dana.getByTestId('input-audience.channels').getByTestId('option-CSALES').click();
    await dana.getByTestId('modal-submit').click();
    await error('impact.downtime').getByText('write it like 15m, 2h').waitFor();
    expect(await error('people.sponsor').textContent()).toMatch(/lead/);
    for (const [block, text] of Object.entries(TYPED)) expect(await field(block).inputValue()).toBe(text);
    for (const [block, value] of Object.entries(CHOSEN)) expect(await field(block).inputValue()).toBe(value);
  });

  test('corrected → a draft, which nobody else hears of', async () => {
    await field('impact.downtime').fill('2h');
    await field('people.sponsor').selectOption('UPRIYA');
    await dana.getByTestId('modal-submit').click();
    await dana.getByTestId('modal').waitFor({ state: 'detached' });
    await messages(dana, /UP-1 CRM 8 to CRM 9.*draft/).waitFor();
    await world.idle();
    expect(world.sandbox.state.messages('CCRMUPGRADE')).toEqual([]);
    expect(world.sandbox.state.messages('CSALES')).toEqual([]);
  });

  test('previewed → every message with its time and whom it reaches', async () => {
    await messages(dana, /draft/).getByTestId('action-planning.preview').click();
    const preview = dana.getByTestId('modal');
    await preview.getByText('announcement, 7d before').waitFor();
    expect(await preview.textContent()).toContain('CRM 8 gets no security fixes after 31 January');
    await dana.getByTestId('modal-close').click();
    await preview.waitFor({ state: 'detached' });
  });

  test('scheduled → answered with what comes next, and the pinned message appears live', async () => {
    const mia = await world.open('mia', 'crm-upgrade');
    await messages(dana, /draft/).getByTestId('action-upgrade.schedule').click();
    await messages(dana, /UP-1 is scheduled\..*the first notice goes out/s).waitFor();
    const headline = messages(mia, /Pinned by Watchbell/);
    await headline.getByText('Scheduled').waitFor();
    expect(await headline.textContent()).toContain('@Priya Raman, who decides on a rollback');
  });
});
