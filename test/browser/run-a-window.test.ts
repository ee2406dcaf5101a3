import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { berlin } from '../../src/demo/autopilot/instants.ts';
import { importPlan, readShippedPlan, schedule } from '../../src/demo/plan-upgrade.ts';
import { chromiumPath } from '../support/chromium.ts';
import { testDatabase } from '../support/postgres.ts';
import { messages, openWindows, PHONE, say, type Windows } from './windows.ts';

const ROOM = '#crm-upgrade';
const ASKED = /roll back or keep going\?/;

describe.skipIf(!chromiumPath)('a window in a browser', async () => {
  const database = await testDatabase();
  let world: Windows;
  let dana: Page;
  let mia: Page;
  beforeAll(async () => {
    world = await openWindows(database, berlin('2026-12-05T21:50'));
    const draft = await importPlan(world.stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
    await schedule(world.stage, 'dana', ROOM, draft);
    await world.idle();
    [dana, mia] = await Promise.all([world.open('dana', 'crm-upgrade'), world.open('mia', 'crm-upgrade')]);
  });
  afterAll(() => world?.stop());

  const headline = (page: Page) => messages(page, /Pinned by Watchbell/);

  test('started by the button → confirmed first, then everybody in the room sees it live', async () => {
    await headline(dana).getByTestId('action-upgrade.start').click();
    await dana.getByTestId('confirm-deny').click();
    await dana.getByTestId('confirm').waitFor({ state: 'detached' });
    expect(await messages(mia, /has started/).count()).toBe(0);
    await headline(dana).getByTestId('action-upgrade.start').click();
    await dana.getByTestId('confirm-accept').click();
    await messages(mia, /UP-1: CRM 8 to CRM 9 has started/).waitFor();
    await headline(mia).getByText('In progress').waitFor();
  });

  test('a line given by the form → the next heartbeat arrives by itself and carries it', async () => {
    const uma = await world.open('uma', 'crm-upgrade');
    await headline(uma).getByTestId('action-upgrade.status').click();
    await uma.getByTestId('input-text').fill('Backup is done <!channel>');
    await uma.getByTestId('modal-submit').click();
    await uma.getByTestId('modal').waitFor({ state: 'detached' });
    await messages(uma, /status line for UP-1 is kept/).waitFor();
    await uma.close();
    await world.passUntil(berlin('2026-12-05T22:35'));
    const beat = messages(mia, /elapsed.*Next update/s);
    await beat.getByText('Backup is done <!channel>').waitFor();
    expect(await beat.textContent()).toContain('Open issues: none');
  });

  test('an issue reported by the form → the pinned message shows it', async () => {
    await say(dana, '/upgrade issue');
    await dana.getByTestId('input-text').fill('Contacts import at a third of the speed');
    await dana.getByTestId('modal-submit').click();
    await dana.getByTestId('modal').waitFor({ state: 'detached' });
    await headline(mia).getByText('#1 Contacts import at a third of the speed').waitFor();
  });

  test('a vote by somebody who may not decide → refused to them alone, nothing changes', async () => {
    // Ten minutes to answer are a minute here, not ten seconds: the deputy is not called in while we look.
    world.clock.setSpeed(10);
    await say(dana, '/upgrade rollback The import will not end in time');
    const poll = messages(mia, ASKED);
    await poll.getByTestId('action-rollback.vote.keep_going').click();
    await messages(mia, /Only visible to you.*Not done.*sponsor/s).waitFor();
    await world.idle();
    expect(await poll.getByTestId('action-rollback.vote.roll_back').isVisible()).toBe(true);
    expect(await messages(dana, /Not done/).count()).toBe(0);
    expect(await messages(dana, /decided/).count()).toBe(0);
  });

  test('the sponsor on a phone → asked whether it is meant, and the poll closes for everybody', async () => {
    const priya = await world.open('priya', 'messages', PHONE);
    const poll = messages(priya, ASKED);
    await poll.getByTestId('action-rollback.vote.roll_back').click();
    const confirm = priya.getByTestId('confirm');
    expect(await confirm.textContent()).toMatch(/This cannot be taken back/);
    const width = await priya.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(PHONE.width);
    await confirm.getByTestId('confirm-accept').click();
    const decided = messages(mia, /decided, roll back/);
    await decided.getByText('(sponsor)').waitFor();
    expect(await decided.getByTestId('action-rollback.vote.roll_back').count()).toBe(0);
    await messages(mia, /is being rolled back/).waitFor();
  });
});
