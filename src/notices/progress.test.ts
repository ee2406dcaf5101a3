import { describe, expect, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { listDeliveries } from '../outbox/index.ts';
import { append, getRecord } from '../record/index.ts';
import { completeUpgrade } from '../upgrade/complete-upgrade.ts';
import { moveToRollingBack } from '../upgrade/move-to-rolling-back.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { reportRolledBack } from '../upgrade/report-rolled-back.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import { lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { verifyUpgrade } from '../upgrade/verify-upgrade.ts';
import { notices } from './index.ts';

const { db } = await testDatabase();
const dana = by('dana');
const priya = by('priya');
const START = new Date('2026-12-05T21:00:00Z');
const ROOM = 'CCRMUPGRADE';
const PEOPLE = ['UARJUN', 'UEMMA', 'ULENA', 'UMIKE', 'USUNIL', 'UTOM'];
const EVERYBODY = ['CALLSTAFF', ROOM, 'CSALES', ...PEOPLE];

/** An upgrade that was announced an hour ahead, and begins `late` minutes after its planned start. */
async function begun(
  late = 0,
  change?: (plan: ResolvedPlan) => ResolvedPlan,
): Promise<{ t: TestContext; upgrade: Upgrade }> {
  const t = await testContext(db, [notices], new Date('2026-12-05T19:00:00Z'));
  const draft = await draftOf(t, change);
  await scheduleUpgrade(t.context, dana, draft.id);
  await t.passUntil(new Date(START.getTime() + late * 60_000));
  const upgrade = await startUpgrade(t.context, dana, draft.id);
  await t.settle();
  return { t, upgrade };
}

async function finished(
  t: TestContext,
  { id, plan }: Upgrade,
  said: { whatChanged?: string; knownIssues?: string },
) {
  await verifyUpgrade(t.context, dana, id);
  await completeUpgrade(t.context, dana, id, {
    passed: plan.acceptance.map((_, index) => index + 1),
    ...said,
  });
  await t.settle();
}

/** A decision as the rollback slice puts it on the record; `who` null where the plan's rule decided. */
async function decide(
  t: TestContext,
  { id, teamId }: Upgrade,
  choice: string,
  who: string | null,
  dueAt?: Date,
) {
  await transact(t.context, async (unit) => {
    const upgrade = await lockUpgrade(unit, teamId, id);
    await append(unit, dana, id, 'rollback.asked', { number: 1, reason: 'Log-in fails', deadline: '' });
    if (choice === 'roll_back') await moveToRollingBack(unit, upgrade);
    await append(unit, { teamId, userId: who }, id, 'rollback.decided', {
      number: 1,
      choice,
      how: who ? 'sponsor' : 'silence',
      ...(dueAt ? { dueAt: dueAt.toISOString() } : {}),
    });
  });
  await t.settle();
}

/** Who was sent this kind, and what all of them read. */
async function heard({ teamId, id }: Upgrade, kind: string): Promise<{ who: string[]; text: string }> {
  const all = (await listDeliveries(db, teamId, id)).filter((each) => each.kind === kind);
  const texts = new Set(all.map(({ message }) => message?.text ?? ''));
  expect(all.every(({ state }) => state === 'sent')).toBe(true);
  expect(texts.size).toBeLessThan(2);
  return { who: all.map(({ target }) => target).sort(), text: [...texts].join('') };
}

describe('the start', () => {
  test('is told in the room, where it was announced, and to everybody who was told, each once', async () => {
    const { upgrade } = await begun();
    const { who, text } = await heard(upgrade, 'notice.started');
    expect(who).toEqual(EVERYBODY);
    expect(text).toContain('CRM 8 to CRM 9 has started.');
    expect(text).toContain('The window ends: <!date^1796521500^');
    expect(text).toContain('Next: an update at <!date^1796506200^{time}|2026-12-05 22:30 Europe/Berlin>');
    expect(text).not.toContain('than planned');
  });

  test.each([
    [20, 'It began 20 min later than planned.'],
    [-10, 'It began 10 min earlier than planned.'],
  ])('%i minutes beside the plan is said', async (late, words) => {
    const { upgrade } = await begun(late);
    expect((await heard(upgrade, 'notice.started')).text).toContain(words);
  });
});

describe('the end', () => {
  test('completed → everybody hears that it is available, what changed, what is wrong and where to ask', async () => {
    const { t, upgrade } = await begun();
    await finished(t, upgrade, {
      whatChanged: 'One search for all',
      knownIssues: 'Two reports print twice\nThe forecast is slow',
    });
    const { who, text } = await heard(upgrade, 'notice.completed');
    expect(who).toEqual(EVERYBODY);
    for (const part of [
      'crm is available again.',
      'What changed: One search for all',
      'Known issues:\n• Two reports print twice\n• The forecast is slow',
      'Help: <#CCRMHELP>',
      'in 7 days a short survey',
    ])
      expect(text).toContain(part);
  });

  test('completed without a word → what the plan promised, and no known issues', async () => {
    const { t, upgrade } = await begun(0, (plan) => ({
      ...plan,
      communication: { ...plan.communication, survey: 'off' as const },
    }));
    await finished(t, upgrade, {});
    const { text } = await heard(upgrade, 'notice.completed');
    expect(text).toContain('• Opportunities and contacts share one search');
    expect(text).toContain('Known issues: none');
    expect(text).not.toContain('survey');
  });

  test('decided to roll back → everybody hears who, why and what comes, and then that the old version runs', async () => {
    const { t, upgrade } = await begun();
    await decide(t, upgrade, 'roll_back', priya.userId);
    const decision = await heard(upgrade, 'notice.decided');
    expect(decision.who).toEqual(EVERYBODY);
    expect(decision.text).toContain('is being rolled back to version 8.4.2');
    expect(decision.text).toContain('Decided by: <@UPRIYA>\nWhy: Log-in fails');
    expect(decision.text).toContain('Expected by: <!date^1796510700^');
    await reportRolledBack(t.context, dana, upgrade.id);
    await t.settle();
    const end = await heard(upgrade, 'notice.rolled_back');
    expect(end.who).toEqual(EVERYBODY);
    expect(end.text).toContain('crm runs its old version 8.4.2 again.');
    expect(end.text).toContain('What may be lost: Everything entered after the final backup');
  });

  test('decided by silence, forward only → says so, and promises no time', async () => {
    const { t, upgrade } = await begun(0, (plan) => ({
      ...plan,
      rollback: { ...plan.rollback, afterMigration: 'forward-only' as const },
    }));
    await decide(t, upgrade, 'roll_back', null);
    const { text } = await heard(upgrade, 'notice.decided');
    expect(text).toContain("Decided by: the plan's rule, since nobody answered in time");
    expect(text).not.toContain('Expected by');
  });

  test('decided by silence, late → its word is as late as the silence was taken', async () => {
    const { t, upgrade } = await begun(0);
    t.clock.set(new Date(START.getTime() + 40 * 60_000));
    await decide(t, upgrade, 'roll_back', null, new Date(START.getTime() + 20 * 60_000));
    const sent = (await getRecord(db, upgrade.teamId, upgrade.id)).flatMap((entry) =>
      entry.fact === 'message.sent' && entry.data.kind === 'notice.decided' ? [entry.data.lateSeconds] : [],
    );
    expect(new Set(sent)).toEqual(new Set([20 * 60]));
  });

  test('decided to keep going → the room alone', async () => {
    const { t, upgrade } = await begun();
    await decide(t, upgrade, 'keep_going', priya.userId);
    const { who, text } = await heard(upgrade, 'notice.decided');
    expect(who).toEqual([ROOM]);
    expect(text).toContain('the upgrade goes on');
  });
});
