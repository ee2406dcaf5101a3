import { describe, expect, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { append, type Fact, type Facts, getRecord } from '../record/index.ts';
import { closeUpgrade } from './close-upgrade.ts';
import { completeUpgrade, suggestKnownIssues } from './complete-upgrade.ts';
import type { State } from './lifecycle.ts';
import { moveToRollingBack } from './move-to-rolling-back.ts';
import { openIssue } from './open-issue.ts';
import { recordAcceptance } from './record-acceptance.ts';
import { reportRolledBack } from './report-rolled-back.ts';
import { reportStatus } from './report-status.ts';
import { resolveIssue } from './resolve-issue.ts';
import {
  findLatestStatus,
  getUpgrade,
  isOpen,
  keyOf,
  listAcceptance,
  listIssues,
  lockUpgrade,
  type Upgrade,
  updateUpgrade,
} from './store.ts';
import { verifyUpgrade } from './verify-upgrade.ts';
import { MOST_CHARACTERS } from './written.ts';

const { db } = await testDatabase();
const NOW = new Date('2026-12-05T22:00:00Z');
const [dana, uma, olga] = [by('dana'), by('uma'), by('olga')];
const rig = () => testContext(db, [], NOW);

async function upgradeIn(t: TestContext, state: State): Promise<Upgrade> {
  const draft = await draftOf(t);
  return transact(t.context, (unit) => updateUpgrade(unit, draft, { state, startedAt: draft.startsAt }));
}

const factsOf = async ({ teamId, id }: Upgrade) =>
  (await getRecord(db, teamId, id)).map(({ fact, actor, data }) => ({ fact, actor, data }));

describe('a status line', () => {
  test('is kept as written, whoever reads it later', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'in_progress');
    const text = '<!channel> *two thirds* are through & مرحبا 🚀\n@here';
    await reportStatus(t.context, uma, upgrade.id, `  ${text} `);
    expect(await findLatestStatus(db, upgrade.id)).toMatchObject({ text, by: uma.userId, at: NOW });
    expect(await factsOf(upgrade)).toEqual([{ fact: 'status.reported', actor: uma.userId, data: { text } }]);
  });

  test.each([
    ['of spaces', ' \n ', 'A status line needs some words.'],
    ['of 10,000 characters', 'x'.repeat(10_000), `has 10000 characters; up to ${MOST_CHARACTERS} are kept`],
  ])('%s is refused', async (_what, text, message) => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'in_progress');
    await expect(reportStatus(t.context, uma, upgrade.id, text)).rejects.toThrow(message);
    expect(await findLatestStatus(db, upgrade.id)).toBeUndefined();
  });
});

describe('issues', () => {
  test('ten at once are numbered from 1 without a gap', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'in_progress');
    const texts = Array.from({ length: 10 }, (_, index) => `Issue of node ${index}`);
    await Promise.all(texts.map((text) => openIssue(t.context, olga, upgrade.id, text)));
    const issues = await listIssues(db, upgrade.id);
    expect(issues.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(issues.map(({ text }) => text).sort()).toEqual(texts.sort());
  });

  test('an issue is resolved once; the second hears by whom, and what is still open', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'verifying');
    await openIssue(t.context, dana, upgrade.id, 'Interface down');
    await openIssue(t.context, dana, upgrade.id, 'Export slow');
    const { issue, stillOpen } = await resolveIssue(t.context, olga, upgrade.id, 1);
    expect(issue.text).toBe('Interface down');
    expect(stillOpen.map(({ number }) => number)).toEqual([2]);
    await expect(resolveIssue(t.context, uma, upgrade.id, 1)).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'Issue 1 was already resolved, by @Olga Novak.',
      next: 'Open: 2.',
    });
    expect((await listIssues(db, upgrade.id))[0]).toMatchObject({ resolvedBy: olga.userId, resolvedAt: NOW });
    expect((await factsOf(upgrade)).filter(({ fact }) => fact === 'issue.resolved')).toHaveLength(1);
  });

  test('two people resolving at once: one does, the other is told', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'in_progress');
    await openIssue(t.context, dana, upgrade.id, 'Interface down');
    const both = await Promise.allSettled([uma, olga].map((a) => resolveIssue(t.context, a, upgrade.id, 1)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('an unknown number is refused with those that are open', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'in_progress');
    await openIssue(t.context, dana, upgrade.id, 'Interface down');
    await expect(resolveIssue(t.context, uma, upgrade.id, 7)).rejects.toMatchObject({ next: 'Open: 1.' });
  });
});

describe('acceptance', () => {
  test('verdicts are kept, and recorded when they change', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'verifying');
    const keep = (passed: boolean) => recordAcceptance(t.context, dana, upgrade.id, [{ number: 2, passed }]);
    await keep(false);
    await keep(true);
    await keep(true);
    expect(await listAcceptance(db, upgrade.id)).toMatchObject([{ number: 2, passed: true }]);
    const check = 'An opportunity can be opened and changed';
    expect((await factsOf(upgrade)).map(({ data }) => data)).toEqual([
      { number: 2, check, passed: false },
      { number: 2, check, passed: true },
    ]);
  });

  test('a check that the plan does not have is refused', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'verifying');
    const attempt = recordAcceptance(t.context, dana, upgrade.id, [{ number: 7, passed: true }]);
    await expect(attempt).rejects.toThrow('no acceptance check 7');
  });
});

describe('the end', () => {
  test('completion waits for every core check, by name, and leaves everything as it was', async () => {
    const t = await rig();
    const before = await upgradeIn(t, 'in_progress');
    const upgrade = await verifyUpgrade(t.context, dana, before.id);
    await expect(
      completeUpgrade(t.context, dana, upgrade.id, { passed: [1, 3, 5, 6] }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'Not complete yet: 2 core acceptance checks have not passed.',
      problems: [
        { message: 'An opportunity can be opened and changed' },
        { message: 'Permissions of the three sales regions are unchanged' },
      ],
    });
    expect(await getUpgrade(db, upgrade.teamId, upgrade.id)).toEqual(upgrade);
    expect(await listAcceptance(db, upgrade.id)).toEqual([]);
  });

  test('completion waits for an open rollback decision, and says whose word it is', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'verifying');
    const passed = [1, 2, 3, 4, 5, 6];
    const put = <F extends Fact>(fact: F, data: Facts[F]) =>
      transact(t.context, (unit) => append(unit, uma, upgrade.id, fact, data));
    const complete = () => completeUpgrade(t.context, dana, upgrade.id, { passed });
    await put('rollback.asked', { number: 1, reason: 'Quotes fail', deadline: '' });
    await expect(complete()).rejects.toMatchObject({
      code: 'wrong_state',
      message: `${keyOf(upgrade)} cannot be completed while a rollback decision is open.`,
      next: `Ask @Priya Raman (the sponsor). Only that word settles it; once it is to keep going, use /upgrade done ${keyOf(upgrade)}.`,
    });
    await put('rollback.escalated', { number: 1, deputy: 'USAM' });
    await expect(complete()).rejects.toMatchObject({
      next: expect.stringMatching(/\(the sponsor\) or @.+ \(the deputy sponsor\)/),
    });
    expect(await getUpgrade(db, upgrade.teamId, upgrade.id)).toEqual(upgrade);
    await put('rollback.decided', { number: 1, choice: 'keep_going', how: 'deputy' });
    expect(await complete()).toMatchObject({ state: 'completed' });
  });

  test('completion keeps verdicts, words and the time; other checks may be open', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'verifying');
    const said = { whatChanged: 'One search', knownIssues: 'The export is slow' };
    const done = await completeUpgrade(t.context, dana, upgrade.id, { passed: [1, 2, 3, 4], ...said });
    expect(done).toMatchObject({ state: 'completed', endedAt: NOW, ...said });
    const verdicts = await listAcceptance(db, upgrade.id);
    expect(verdicts.map(({ passed }) => passed)).toEqual([true, true, true, true, false, false]);
    expect((await factsOf(upgrade)).at(-1)).toMatchObject({
      fact: 'upgrade.completed',
      data: { ...said, plannedEnd: upgrade.endsAt.toISOString() },
    });
  });

  test('open issues are suggested as known issues, resolved ones are not', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'verifying');
    await openIssue(t.context, dana, upgrade.id, 'Interface\ndown');
    await openIssue(t.context, dana, upgrade.id, 'Export slow');
    await openIssue(t.context, dana, upgrade.id, 'Log-in slow');
    await resolveIssue(t.context, dana, upgrade.id, 2);
    const issues = await listIssues(db, upgrade.id);
    expect(issues.filter(isOpen)).toHaveLength(2);
    expect(suggestKnownIssues(issues)).toBe('Interface down\nLog-in slow');
  });

  test('a rollback leads to rolled back, then closed', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'verifying');
    const moved = await transact(t.context, async (unit) =>
      moveToRollingBack(unit, await lockUpgrade(unit, upgrade.teamId, upgrade.id)),
    );
    expect(moved.state).toBe('rolling_back');
    expect(await reportRolledBack(t.context, dana, upgrade.id)).toMatchObject({ endedAt: NOW });
    expect(await closeUpgrade(t.context, dana, upgrade.id)).toMatchObject({ state: 'closed', closedAt: NOW });
    expect((await factsOf(upgrade)).map(({ fact }) => fact)).toEqual([
      'upgrade.rolled_back',
      'upgrade.closed',
    ]);
  });

  test('what is completed cannot be rolled back', async () => {
    const t = await rig();
    const upgrade = await upgradeIn(t, 'completed');
    const attempt = transact(t.context, (unit) => moveToRollingBack(unit, upgrade));
    await expect(attempt).rejects.toMatchObject({ code: 'wrong_state' });
  });
});
