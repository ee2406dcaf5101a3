import { describe, expect, test } from 'vitest';
import { callBy } from '../../test/support/call.ts';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact, watchbell } from '../context.ts';
import { enqueue } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import { checkContent } from '../sandbox/validate/message.ts';
import { sayText } from '../slack/reply.ts';
import { openIssue } from '../upgrade/open-issue.ts';
import { reportStatus } from '../upgrade/report-status.ts';
import { resolveIssue } from '../upgrade/resolve-issue.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { startUpgrade } from '../upgrade/start-upgrade.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { timeline } from './index.ts';

const { db } = await testDatabase();
const dana = by('dana');
const PUNCTUALITY = '0 of 5 messages within a minute of their time; typically 3 min, at worst 3 min late';
const START = new Date('2026-12-05T21:00:00Z');

/** A window that has begun: an issue opened and resolved, a notice sent to three channels and two people. */
async function begun(): Promise<{ t: TestContext; upgrade: Upgrade }> {
  const t = await testContext(db, [timeline], new Date('2026-11-20T09:00:00Z'));
  const draft = await draftOf(t);
  await scheduleUpgrade(t.context, dana, draft.id);
  t.clock.set(START);
  await startUpgrade(t.context, dana, draft.id);
  await openIssue(t.context, by('uma'), draft.id, 'Import | is <slow> & *late*');
  await resolveIssue(t.context, dana, draft.id, 1);
  const notice = {
    teamId: draft.teamId,
    upgradeId: draft.id,
    kind: 'notice.started',
    slot: '1',
    message: sayText('Started'),
  };
  const targets = ['CCRMUPGRADE', 'CALLSTAFF', 'CSALES', 'UEMMA', 'ULENA'];
  const plannedFor = new Date(START.getTime() - 180_000);
  await transact(t.context, (unit) =>
    enqueue(
      unit,
      targets.map((target) => ({ ...notice, target, plannedFor })),
    ),
  );
  await t.settle();
  return { t, upgrade: draft };
}

async function record(t: TestContext, upgrade: Upgrade) {
  const { call, replies } = callBy(t, by('zoe'), { value: String(upgrade.id) });
  const show = timeline.surface?.actions?.find(({ actionId }) => actionId === 'timeline.record');
  await show?.run(call);
  const [message = { text: '', blocks: [] }] = replies;
  expect(() => checkContent(message, 'update')).not.toThrow();
  return message.text;
}

async function download(t: TestContext, upgrade: Upgrade): Promise<string> {
  const send = timeline.surface?.actions?.find(({ actionId }) => actionId === 'timeline.download');
  await send?.run(callBy(t, by('zoe'), { value: String(upgrade.id) }).call);
  expect(t.slack.files.at(-1)).toMatchObject({ target: 'UZOE', name: `UP-${upgrade.number}-record.md` });
  return t.slack.files.at(-1)?.content ?? '';
}

describe('the timeline', () => {
  test('says who did what, oldest first, and a message to many as one line', async () => {
    const { t, upgrade } = await begun();
    const text = await record(t, upgrade);
    expect(text).toMatch(/<@UDANA> scheduled it.*\n.*<@UDANA> started the work.*\n.*<@UUMA> opened issue #1/);
    expect(text).toContain(
      'sent word of the start to <#CALLSTAFF>, <#CCRMUPGRADE>, <#CSALES> and 2 more, up to 3 min late',
    );
    expect(text.match(/word of the start/g)).toHaveLength(1);
  });

  test('says how well messages kept their times; without messages nothing of it', async () => {
    const { t, upgrade } = await begun();
    expect(await record(t, upgrade)).toContain(PUNCTUALITY);
    expect(await download(t, upgrade)).toContain(`\n## Punctuality\n\n${PUNCTUALITY}\n`);
    const silent = await draftOf(t);
    expect(await record(t, silent)).not.toMatch(/within a minute/);
    expect(await download(t, silent)).not.toContain('Punctuality');
  });

  test('what was withdrawn is one line for all who did not get it', async () => {
    const { t, upgrade } = await begun();
    const lost = { delivery: 'd', kind: 'notice', slot: '1', reason: 'it was moved' };
    await transact(t.context, async (unit) => {
      for (const target of ['UEMMA', 'ULENA', 'UTOM', 'UZOE']) {
        await append(unit, watchbell(upgrade.teamId), upgrade.id, 'message.withdrawn', { ...lost, target });
      }
    });
    expect(await record(t, upgrade)).toContain('did not send the notice to 4 people: it was moved');
  });

  test('a long record shows its newest part and says so', async () => {
    const { t, upgrade } = await begun();
    for (let count = 1; count <= 60; count++) {
      await reportStatus(
        t.context,
        dana,
        upgrade.id,
        `line ${count} ${'z'.repeat(count % 7 === 0 ? 1_900 : 20)}`,
      );
    }
    const text = await record(t, upgrade);
    expect(text).toMatch(/The latest \d+ of 6\d entries/);
    expect((await download(t, upgrade)).match(/reported: line/g)).toHaveLength(60);
  });

  test('an answer to the survey names nobody, not even where the fact has an actor', async () => {
    const { t, upgrade } = await begun();
    await transact(t.context, (unit) =>
      append(unit, by('tom'), upgrade.id, 'survey.answered', { changed: false }),
    );
    expect(await record(t, upgrade)).not.toContain('UTOM');
    expect(await download(t, upgrade)).not.toContain('Tom Becker');
  });

  test('a guest is refused', async () => {
    const { t, upgrade } = await begun();
    const show = timeline.surface?.actions?.[0];
    const { call } = callBy(t, by('guest'), { value: String(upgrade.id) });
    await expect(show?.run(call)).rejects.toMatchObject({ code: 'not_allowed' });
  });
});

describe('the record as Markdown', () => {
  test('names people, times in the zone of the window, planned and actual', async () => {
    const { t, upgrade } = await begun();
    const file = await download(t, upgrade);
    expect(file).toContain(`# UP-${upgrade.number} CRM 8 to CRM 9: upgrade record`);
    expect(file).toContain('Times are in Europe/Berlin.');
    expect(file).toContain('- Sponsor: Priya Raman');
    expect(file).toContain('| Planned | 2026-12-05 22:00 – 2026-12-06 02:45, 4 h 45 min |');
    expect(file).toContain('| Actual start | 2026-12-05 22:00 |');
    expect(file).toMatch(/2026-11-20 10:00 Dana Petersen scheduled it/);
    expect(file).not.toMatch(/\bU(DANA|UMA|PRIYA)\b/);
  });

  test('what people typed is text, in tables too', async () => {
    const { t, upgrade } = await begun();
    expect(await download(t, upgrade)).toContain(
      '| #1 | Import \\| is \\<slow\\> &amp; \\*late\\* | 2026-12-05 22:00 Uma Lindqvist | 2026-12-05 22:00 Dana Petersen |',
    );
  });

  test('every delivery stands in it with its lateness; so do decisions', async () => {
    const { t, upgrade } = await begun();
    await transact(t.context, async (unit) => {
      await append(unit, by('priya'), upgrade.id, 'rollback.decided', {
        number: 1,
        choice: 'roll_back',
        how: 'sponsor',
      });
      await append(unit, watchbell(upgrade.teamId), upgrade.id, 'message.failed', {
        delivery: 'd',
        kind: 'notice',
        slot: '1',
        target: 'CFINANCE',
        error: 'not_in_channel',
      });
    });
    const file = await download(t, upgrade);
    expect(file).toContain('| notice.started | 2026-12-05 21:57 | Lena Fischer | 180 s |');
    expect(file).toMatch(
      /## Approvals and decisions[\s\S]*Priya Raman decided \(decision 1\): roll back[\s\S]*## Messages/,
    );
    expect(file).toContain('could not deliver the notice to \\#finance: not in channel');
  });

  test('the plan is in it, as a file with names', async () => {
    const { t, upgrade } = await begun();
    const file = await download(t, upgrade);
    expect(file).toMatch(/```yaml\nupgrade: CRM 8 to CRM 9\n/);
    expect(file).toContain('room: "#crm-upgrade"');
  });
});
