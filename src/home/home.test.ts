import { describe, expect, test } from 'vitest';
import { callBy } from '../../test/support/call.ts';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { checkContent } from '../sandbox/validate/message.ts';
import { checkView } from '../sandbox/validate/view.ts';
import type { Waiting } from '../slice.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import { createHome } from './index.ts';

const ROOM = 'CCRMUPGRADE';
const START = new Date('2026-12-05T21:00:00Z');

/** The sponsor is waited for, whatever the upgrade. */
const waiting: Waiting = async (_context, { userId }) =>
  userId === 'UPRIYA'
    ? [
        {
          upgradeId: 1,
          text: 'UP-1 waits for your decision.',
          button: { text: 'Decide', actionId: 'rollback.show', value: '1' },
        },
      ]
    : [];
const { slice, showMenu } = createHome([waiting]);

async function rig(): Promise<TestContext> {
  const { db } = await fresh();
  return testContext(db, [slice], new Date('2026-11-20T09:00:00Z'));
}

const database = await testDatabase();
/** One workspace for the file: each test begins without upgrades. */
async function fresh() {
  await database.db.execute('truncate upgrade, upgrade_role, upgrade_issue cascade');
  return database;
}

async function menu(t: TestContext, name: string, channelId = ROOM) {
  const { call, replies } = callBy(t, by(name), { channelId });
  await showMenu(call);
  const [message = { text: '', blocks: [] }] = replies;
  expect(() => checkContent(message)).not.toThrow();
  const ids = [...JSON.stringify(message.blocks).matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id);
  return { text: message.text, ids };
}

const PLANNING = ['planning.new', 'planning.import', 'planning.list'];
const home = (t: TestContext, name: string) => JSON.stringify(t.slack.homes.get(by(name).userId));

describe('/upgrade alone', () => {
  test('with nothing here: how to begin', async () => {
    const { text, ids } = await menu(await rig(), 'dana');
    expect(text).toContain('No upgrade is open here');
    expect(ids).toEqual(PLANNING);
  });

  test('each sees what they can do now, and nothing that would be refused', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    await scheduleUpgrade(t.context, by('dana'), draft.id);
    t.clock.set(START);
    await startUpgrade(t.context, by('dana'), draft.id);
    const looking = ['planning.show', 'timeline.record'];
    const running = async (name: string) => (await menu(t, name)).ids.filter((id) => id !== 'rollback.show');
    expect(await running('dana')).toEqual([
      'upgrade.status',
      'upgrade.issue',
      'rollback.ask',
      'upgrade.done',
      ...looking,
      ...PLANNING,
    ]);
    expect(await running('uma')).toEqual([
      'upgrade.status',
      'upgrade.issue',
      'rollback.ask',
      ...looking,
      ...PLANNING,
    ]);
    expect(await running('priya')).toEqual(['rollback.ask', ...looking, ...PLANNING]);
    expect(await running('zoe')).toEqual([...looking, ...PLANNING]);
  });

  test('a guest is offered nothing to plan with', async () => {
    const { text, ids } = await menu(await rig(), 'guest');
    expect(text).toContain('Guests have no part');
    expect(ids).toEqual([]);
  });

  test('what waits for this person comes first, with the button that does it', async () => {
    const { text, ids } = await menu(await rig(), 'priya');
    expect(text).toMatch(/^Waits for you: UP-1 waits for your decision\./);
    expect(ids[0]).toBe('rollback.show');
  });

  test('elsewhere, a person’s own upgrades are shown; to others nothing', async () => {
    const t = await rig();
    await draftOf(t);
    expect((await menu(t, 'dana', 'CCIUPGRADE')).text).toContain('yours elsewhere');
    expect((await menu(t, 'luis', 'CCIUPGRADE')).text).toContain('No upgrade is open here');
  });
});

describe('App Home', () => {
  test('shows what waits, the person’s part and window, and what else is running', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    await scheduleUpgrade(t.context, by('dana'), draft.id);
    t.clock.set(START);
    await startUpgrade(t.context, by('dana'), draft.id);
    for (const name of ['priya', 'luis']) await slice.surface?.home?.(callBy(t, by(name)).call);
    expect(home(t, 'priya')).toMatch(
      /waits for your decision.*Your upgrades.*CRM 8 to CRM 9.*you are .*the sponsor/,
    );
    expect(home(t, 'luis')).toMatch(/You have no part in an open upgrade.*Also running now.*CRM 8 to CRM 9/);
  });

  test('whoever acts finds their Home as it is then', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    await scheduleUpgrade(t.context, by('dana'), draft.id);
    expect(home(t, 'dana')).toContain('upgrade.reschedule');
    expect(home(t, 'dana')).not.toContain('upgrade.start');
    t.clock.set(START);
    await slice.surface?.home?.(callBy(t, by('dana')).call);
    expect(home(t, 'dana')).toContain('upgrade.start"');
    await startUpgrade(t.context, by('dana'), draft.id);
    expect(home(t, 'dana')).not.toContain('upgrade.start"');
    expect(home(t, 'dana')).toContain('upgrade.done');
  });

  test('any number of upgrades stays within what Slack takes', async () => {
    const t = await rig();
    for (let count = 0; count < 30; count++) await draftOf(t);
    await slice.surface?.home?.(callBy(t, by('dana')).call);
    expect(() => checkView(t.slack.homes.get('UDANA'), 'home')).not.toThrow();
    await menu(t, 'dana');
  });
});
