import { describe, expect, test } from 'vitest';
import { draftOf, type TestContext, testContext } from '../../../test/support/context.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { peopleOn, textOf } from '../../../test/support/surface.ts';
import { transact } from '../../context.ts';
import { lifecycle } from '../index.ts';
import type { State } from '../lifecycle.ts';
import type { ResolvedPlan } from '../plan/schema.ts';
import { findLatestStatus, getUpgrade, keyOf, listIssues, type Upgrade, updateUpgrade } from '../store.ts';

const { db } = await testDatabase();
const START = new Date('2026-12-05T21:00:00Z');
const surface = lifecycle.surface;

async function rig(at = START) {
  const t = await testContext(db, [], at);
  const { type, click, ...forms } = peopleOn(t, surface, 'CCRMUPGRADE');
  return {
    ...t,
    ...forms,
    typed: type,
    clicked: click,
    type: async (name: string, typed: string) => textOf(await type(name, typed)),
    click: async (...clicked: Parameters<typeof click>) => textOf(await click(...clicked)),
  };
}

type Rig = Awaited<ReturnType<typeof rig>>;

async function put(
  t: TestContext,
  state: State,
  change?: (plan: ResolvedPlan) => ResolvedPlan,
): Promise<Upgrade> {
  const draft = await draftOf(t, change);
  const begun = state === 'draft' || state === 'scheduled' ? null : draft.startsAt;
  return transact(t.context, (unit) => updateUpgrade(unit, draft, { state, startedAt: begun }));
}

const now = (of: Upgrade) => getUpgrade(db, of.teamId, of.id);

test('what can be typed can be clicked', () => {
  const typed = surface?.commands?.map(({ verb }) => `upgrade.${verb}`);
  expect(surface?.actions?.map(({ actionId }) => actionId)).toEqual([
    ...(typed ?? []),
    'upgrade.start.anyway',
  ]);
  expect(typed).toHaveLength(9);
});

describe('each reply says what happened and what comes next', () => {
  test('scheduled, with the first notice that is still ahead', async () => {
    const t = await rig(new Date('2026-11-29T09:00:00Z'));
    const upgrade = await put(t, 'draft');
    const said = await t.type('dana', `schedule ${keyOf(upgrade)}`);
    expect(said).toContain(`${keyOf(upgrade)} is scheduled.`);
    expect(said).toContain('Too late for the notice 7 days before the start: it is not sent.');
    expect(said).toContain(`the first notice goes out <!date^${Date.UTC(2026, 11, 4, 21) / 1_000}^`);
    expect((await now(upgrade)).state).toBe('scheduled');
  });

  test.each([
    ['on time', '2026-12-05T21:10:00Z', 'has started', / earlier| later/],
    ['a little early', '2026-12-05T20:45:00Z', 'has started', / earlier| later/],
    ['late', '2026-12-05T22:00:00Z', 'This is 1 h later than planned', /earlier/],
  ])('started %s', async (_when, at, words, not) => {
    const t = await rig(new Date(at));
    const upgrade = await put(t, 'scheduled');
    const said = await t.click('dana', 'upgrade.start', upgrade);
    expect(said).toContain(words);
    expect(said).not.toMatch(not);
    expect(said).toContain(
      `the first update goes out <!date^${new Date(at).getTime() / 1_000 + 1_800}^{time}`,
    );
  });

  test.each([
    ['typed', (t: Rig, of: Upgrade) => t.typed('dana', `start ${keyOf(of)}`)],
    ['clicked on a button from before', (t: Rig, of: Upgrade) => t.clicked('dana', 'upgrade.start', of)],
  ])(
    'after the point of no return, %s → asked first, and started by the button all the same',
    async (_how, act) => {
      const t = await rig(new Date('2026-12-06T00:00:00Z'));
      const upgrade = await put(t, 'scheduled');
      const asked = await act(t, upgrade);
      expect(textOf(asked)).toContain('has not been started: a rollback no longer fits into the window');
      expect((await now(upgrade)).state).toBe('scheduled');
      expect(JSON.stringify(asked)).toMatch(/upgrade\.start\.anyway.*upgrade\.reschedule/);
      const said = await t.click('dana', 'upgrade.start.anyway', upgrade);
      expect(said).toContain('A rollback no longer fits into the window');
      expect(said).toContain('<@UPRIYA> is asked now whether to keep going');
      expect(said).not.toMatch(/fits until|Think of|tell those/);
      expect((await now(upgrade)).state).toBe('in_progress');
    },
  );

  test('after the point of no return, by somebody else → refused, not asked', async () => {
    const t = await rig(new Date('2026-12-06T00:00:00Z'));
    const upgrade = await put(t, 'scheduled');
    for (const actionId of ['upgrade.start', 'upgrade.start.anyway'])
      await expect(t.click('mia', actionId, upgrade)).rejects.toMatchObject({ code: 'not_allowed' });
  });

  test('a status line, an issue, its resolution', async () => {
    const t = await rig();
    const upgrade = await put(t, 'in_progress');
    const key = keyOf(upgrade);
    expect(await t.type('uma', `status ${key} <!here> two thirds`)).toContain('&lt;!here&gt; two thirds');
    expect(await findLatestStatus(db, upgrade.id)).toMatchObject({ text: '<!here> two thirds' });
    expect(await t.type('olga', `issue ${key} Interface down`)).toContain(
      'until you type /upgrade resolve 1',
    );
    expect(await t.type('olga', `issue ${key} Export slow`)).toContain(`Issue 2 of ${key} is open`);
    expect(await t.type('dana', `resolve ${key} #1`)).toContain('still open: 2 (Export slow)');
    await expect(t.type('dana', `resolve ${key} the first`)).rejects.toThrow('is no issue number');
  });

  test('done twice: verifying, then the form of the acceptance checks', async () => {
    const t = await rig();
    const upgrade = await put(t, 'in_progress');
    expect(await t.type('dana', `done ${keyOf(upgrade)}`)).toContain('• Core: Sales can log in');
    await t.type('olga', `issue ${keyOf(upgrade)} Export slow`);
    await t.click('dana', 'upgrade.done', await now(upgrade));
    expect(JSON.stringify(t.lastForm())).toContain('Export slow');
    await expect(t.submit('dana', { 'checks.1': ['1', '2'] })).rejects.toMatchObject({
      problems: [{ message: 'A quote reaches the order system' }, { message: expect.any(String) }],
    });
    t.clock.set(new Date('2026-12-06T02:00:00Z'));
    await t.submit('dana', { 'checks.1': ['1', '2', '3', '4', '5'], known_issues: 'Export slow' });
    const said = t.lastAnswer();
    expect(said).toContain('took 5 h, 15 min longer than the window');
    expect(said).toContain('• The nightly export has been scheduled');
    expect(said).toContain('the survey goes out in 7 days');
    expect(await now(upgrade)).toMatchObject({ state: 'completed', knownIssues: 'Export slow' });
    expect(await t.click('priya', 'upgrade.close', upgrade)).toContain('is closed');
  });

  test('rolled back; an issue meanwhile points to no second decision', async () => {
    const t = await rig();
    const upgrade = await put(t, 'rolling_back');
    expect(await t.type('dana', `issue ${keyOf(upgrade)} Restore slow`)).not.toContain('/upgrade rollback');
    expect(await t.click('dana', 'upgrade.done', upgrade)).toContain('Version 8.4.2 runs again.');
    expect((await now(upgrade)).state).toBe('rolled_back');
  });
});

describe('forms', () => {
  test('cancelling asks first, keeps the typed reason, and then says who hears of it', async () => {
    const t = await rig();
    const upgrade = await put(t, 'scheduled');
    expect(await t.type('dana', `cancel ${keyOf(upgrade)} vendor is late`)).toBe('');
    expect((await now(upgrade)).state).toBe('scheduled');
    expect(JSON.stringify(t.lastForm())).toContain('vendor is late');
    await t.submit('dana', { why: 'vendor is late' });
    expect(t.lastAnswer()).toContain('everyone who was told of it hears so now');
    expect((await now(upgrade)).state).toBe('cancelled');
  });

  test.each(['status', 'issue', 'cancel', 'reschedule', 'resolve'])(
    '%s opens none for a stranger',
    async (act) => {
      const t = await rig();
      const upgrade = await put(t, act === 'cancel' || act === 'reschedule' ? 'scheduled' : 'in_progress');
      const attempt = t.click('mia', `upgrade.${act}`, upgrade);
      await expect(attempt).rejects.toMatchObject({ code: 'not_allowed' });
      expect(t.slack.views).toEqual([]);
    },
  );

  test('a stranger who sends a form all the same is refused', async () => {
    const t = await rig();
    const upgrade = await put(t, 'in_progress');
    await t.click('uma', 'upgrade.status', upgrade);
    await expect(t.submit('mia', { text: 'all well' })).rejects.toMatchObject({ code: 'not_allowed' });
    await t.submit('uma', { text: 'all well' });
    expect(t.lastAnswer()).toContain('all well');
  });

  test('an issue is reported and resolved', async () => {
    const t = await rig();
    const upgrade = await put(t, 'in_progress');
    await expect(t.click('uma', 'upgrade.resolve', upgrade)).rejects.toThrow('No issue');
    await t.click('uma', 'upgrade.issue', upgrade);
    await t.submit('uma', { text: 'Interface\ndown '.repeat(20) });
    await t.click('uma', 'upgrade.resolve', upgrade);
    await t.submit('uma', { number: '1' });
    expect(t.lastAnswer()).toContain('no issue is open any more');
    expect(await listIssues(db, upgrade.id)).toMatchObject([{ resolvedBy: 'UUMA' }]);
  });

  test('forty acceptance checks of 200 characters fit', async () => {
    const t = await rig();
    const acceptance = Array.from({ length: 40 }, (_, i) => ({
      check: `${i} ${'long '.repeat(39)}`,
      core: i < 2,
    }));
    const upgrade = await put(t, 'verifying', (plan) => ({ ...plan, acceptance }));
    await t.click('dana', 'upgrade.done', upgrade);
    const groups = t.lastForm().blocks.filter((block) => block.block_id?.startsWith('checks.'));
    expect(groups).toHaveLength(4);
  });
});
