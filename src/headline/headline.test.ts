import { beforeEach, describe, expect, test } from 'vitest';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact, type Unit } from '../context.ts';
import { enqueue } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import { checkContent } from '../sandbox/validate/message.ts';
import { sayText } from '../slack/reply.ts';
import { handler, listRows, planRows } from '../timetable/index.ts';
import { cancelUpgrade } from '../upgrade/cancel-upgrade.ts';
import { openIssue } from '../upgrade/open-issue.ts';
import { reportStatus } from '../upgrade/report-status.ts';
import { rescheduleUpgrade } from '../upgrade/reschedule-upgrade.ts';
import { resolveIssue } from '../upgrade/resolve-issue.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { verifyUpgrade } from '../upgrade/verify-upgrade.ts';
import { headline } from './index.ts';

const { db } = await testDatabase();
const dana = by('dana');
const ROOM = 'CCRMUPGRADE';
/** Rows of one test must not come due in the next. */
beforeEach(() => db.execute('truncate timetable, outbox'));

/** The planned start: 22:00 in Berlin. */
const START = new Date('2026-12-05T21:00:00Z');
const minutes = (count: number) => new Date(START.getTime() + count * 60_000);

async function scheduled(): Promise<{ t: TestContext; upgrade: Upgrade }> {
  const t = await testContext(db, [headline], new Date('2026-11-20T09:00:00Z'));
  const draft = await draftOf(t);
  const { upgrade } = await scheduleUpgrade(t.context, dana, draft.id);
  await t.settle();
  return { t, upgrade };
}

async function running(): Promise<{ t: TestContext; upgrade: Upgrade }> {
  const { t, upgrade } = await scheduled();
  t.clock.set(START);
  const started = await startUpgrade(t.context, dana, upgrade.id);
  await t.settle();
  return { t, upgrade: started };
}

const shown = ({ slack }: TestContext) => slack.to(ROOM)[0]?.message.text ?? '';
const buttonsOf = ({ slack }: TestContext): string[] =>
  (slack.to(ROOM)[0]?.message.blocks ?? []).flatMap((block) =>
    block.type === 'actions' ? block.elements.map((each) => each.action_id ?? '') : [],
  );

describe('the headline', () => {
  test('a draft has none; once scheduled it stands pinned in the room, with the time for every reader', async () => {
    const { t, upgrade } = await scheduled();
    const [post, ...more] = t.slack.to(ROOM);
    expect(more).toEqual([]);
    expect(post?.pinned).toBe(true);
    expect(shown(t)).toMatch(new RegExp(`^UP-${upgrade.number} CRM 8 to CRM 9\nScheduled`));
    expect(shown(t)).toContain(`<!date^${START.getTime() / 1_000}^`);
    expect(shown(t)).toContain(`A rollback fits until <!date^${minutes(165).getTime() / 1_000}^`);
    expect(shown(t)).not.toContain('left');
    expect(buttonsOf(t)).toEqual([
      'upgrade.reschedule',
      'upgrade.cancel',
      'planning.show',
      'planning.preview',
    ]);
  });

  test('ahead of the start it says what is next, and offers Start from when it is accepted', async () => {
    const notices = { handlers: [handler({ kind: 'notice', decide: async () => 'done' })] };
    const t = await testContext(db, [headline, notices], new Date('2026-11-20T09:00:00Z'));
    const draft = await draftOf(t);
    await scheduleUpgrade(t.context, dana, draft.id);
    const day = 24 * 60;
    await transact(t.context, (unit) =>
      planRows(
        unit,
        [-7 * day, -day, -60, -15].map((at) => ({
          teamId: draft.teamId,
          upgradeId: draft.id,
          kind: 'notice',
          slot: `1:${at}`,
          dueAt: minutes(at),
        })),
      ),
    );
    await t.settle();
    const next = (what: string, at: number) =>
      expect(shown(t)).toMatch(
        new RegExp(`Next: ${what}<!date\\^${minutes(at).getTime() / 1_000}\\^[^>]+>(, then the start)?\\n`),
      );
    next('announcement on ', -7 * day);
    await t.passUntil(minutes(-7 * day));
    next('reminder on ', -day);
    await t.passUntil(minutes(-16));
    next('reminder on ', -15);
    expect(buttonsOf(t)).not.toContain('upgrade.start');
    await t.passUntil(minutes(-15));
    next('the start, ', 0);
    expect(buttonsOf(t)).toContain('upgrade.start');
    await t.passUntil(minutes(0));
    expect(shown(t)).toContain('Its start has passed:');
    await t.passUntil(minutes(165));
    expect(shown(t)).toContain('A rollback no longer fits into the window');
    expect(buttonsOf(t)).toContain('upgrade.start.anyway');
    await t.passUntil(minutes(285));
    expect(buttonsOf(t).filter((id) => id.startsWith('upgrade.start'))).toEqual([]);
  });

  test('an open rollback decision → who decides; a settled one → nothing', async () => {
    const { t, upgrade } = await running();
    const put = async (work: (unit: Unit) => Promise<void>) => {
      await transact(t.context, work);
      await t.settle();
    };
    await put((unit) =>
      append(unit, dana, upgrade.id, 'rollback.asked', { number: 1, reason: 'slow', deadline: '' }),
    );
    expect(shown(t)).toContain('A rollback decision is open: <@UPRIYA> is asked to decide');
    await put((unit) => append(unit, dana, upgrade.id, 'rollback.escalated', { number: 1, deputy: 'USAM' }));
    expect(shown(t)).toContain('<@UPRIYA>, <@USAM> can decide');
    await put((unit) =>
      append(unit, by('sam'), upgrade.id, 'rollback.decided', {
        number: 1,
        choice: 'keep_going',
        how: 'deputy',
      }),
    );
    expect(shown(t)).not.toContain('A rollback decision is open');
  });

  test('a draft that is cancelled leaves nothing in the room', async () => {
    const t = await testContext(db, [headline], new Date('2026-11-20T09:00:00Z'));
    const draft = await draftOf(t);
    await cancelUpgrade(t.context, dana, draft.id);
    await t.settle();
    expect(t.slack.posts).toEqual([]);
  });

  test('it is edited in place through the whole work, never posted again', async () => {
    const { t, upgrade } = await running();
    await reportStatus(t.context, dana, upgrade.id, 'Backup is done');
    await openIssue(t.context, dana, upgrade.id, 'Import is slow');
    await t.settle();
    expect(shown(t)).toMatch(
      /In progress · planned now: preparation[\s\S]*Backup is done[\s\S]*Open issues: 1\n• #1 Import is slow/,
    );
    expect(shown(t)).toContain('2 h 45 min left');
    await resolveIssue(t.context, dana, upgrade.id, 1);
    await verifyUpgrade(t.context, dana, upgrade.id);
    await t.settle();
    expect(shown(t)).toMatch(/Being verified[\s\S]*No open issues/);
    expect(t.slack.to(ROOM)).toHaveLength(1);
  });

  test('its buttons are those of the state', async () => {
    const { t, upgrade } = await running();
    expect(buttonsOf(t)).toEqual([
      'upgrade.status',
      'upgrade.issue',
      'rollback.ask',
      'upgrade.done',
      'planning.show',
      'timeline.record',
    ]);
    await openIssue(t.context, dana, upgrade.id, 'Import is slow');
    await t.settle();
    expect(buttonsOf(t)).toContain('upgrade.resolve');
  });

  test('time alone changes it: at each phase, at the point of no return and at the end', async () => {
    const { t } = await running();
    await t.passUntil(minutes(45));
    expect(shown(t)).toContain('planned now: the upgrade itself');
    expect(shown(t)).toContain('2 h left');
    await t.passUntil(minutes(165));
    expect(shown(t)).toContain('A rollback no longer fits into the window');
    await t.passUntil(minutes(290));
    expect(shown(t)).toContain('The window has ended and work goes on.');
  });

  test('a heartbeat draws it anew and it names the next one', async () => {
    const { t, upgrade } = await running();
    const { teamId, id: upgradeId } = upgrade;
    t.clock.set(minutes(30));
    await transact(t.context, async (unit) => {
      const heartbeat = { teamId, upgradeId, kind: 'heartbeat' };
      await planRows(unit, [{ ...heartbeat, slot: '2', dueAt: minutes(60) }]);
      await enqueue(unit, [{ ...heartbeat, slot: '1', target: ROOM, message: sayText('Still in progress') }]);
    });
    await t.settle();
    expect(shown(t)).toContain(`Next update: <!date^${minutes(60).getTime() / 1_000}^`);
    expect(shown(t)).toContain('2 h 15 min left');
  });

  test('moved: the same message says the new time, and is redrawn at the new borders only', async () => {
    const { t, upgrade } = await scheduled();
    const later = new Date('2026-12-12T21:00:00Z');
    await rescheduleUpgrade(t.context, dana, upgrade.id, later);
    await t.settle();
    expect(t.slack.to(ROOM)).toHaveLength(1);
    expect(shown(t)).toContain(`<!date^${later.getTime() / 1_000}^`);
    const due = (await listRows(db, upgrade.teamId, upgrade.id)).filter(({ state }) => state === 'planned');
    expect(due.length).toBeGreaterThan(0);
    expect(due.every(({ slot }) => slot.startsWith('2:'))).toBe(true);
    expect(due.find(({ slot }) => slot === '2:preparation')).toMatchObject({ dueAt: later });
  });

  test('cancelled: it says so, offers nothing more, and time no longer touches it', async () => {
    const { t, upgrade } = await scheduled();
    await cancelUpgrade(t.context, dana, upgrade.id, 'The vendor is late');
    await t.settle();
    expect(shown(t)).toContain('Cancelled');
    expect(buttonsOf(t)).toEqual(['planning.show', 'timeline.record']);
    const rows = await listRows(db, upgrade.teamId, upgrade.id);
    expect(rows.filter(({ state }) => state === 'planned')).toEqual([]);
  });

  test('the preview shows it as it will be pinned', async () => {
    const t = await testContext(db, [headline], new Date('2026-11-20T09:00:00Z'));
    const items = await headline.preview?.(t.context, await draftOf(t));
    expect(items).toMatchObject([{ to: ROOM, message: { text: expect.stringContaining('Scheduled') } }]);
  });

  test('hostile and endless words stay text and within Slack’s limits', async () => {
    const { t, upgrade } = await running();
    for (let count = 0; count < 12; count++) {
      await openIssue(t.context, dana, upgrade.id, `<!channel> @here *x* ${'ש🙂'.repeat(600)}`);
    }
    await reportStatus(t.context, dana, upgrade.id, `<@UPRIYA>\n- ${'y'.repeat(1_900)}`);
    await t.settle();
    const message = t.slack.to(ROOM)[0]?.message ?? sayText('');
    expect(() => checkContent(message, 'update')).not.toThrow();
    expect(message.text).not.toMatch(/<!channel|<@UPRIYA>\n/);
    expect(message.text).toContain('and 7 more');
  });
});
