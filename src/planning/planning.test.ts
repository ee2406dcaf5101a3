import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { callBy } from '../../test/support/call.ts';
import { by, draftOf, type TestContext, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { checkContent } from '../sandbox/validate/message.ts';
import { checkView } from '../sandbox/validate/view.ts';
import { sayText } from '../slack/reply.ts';
import type { PreviewItem } from '../slice.ts';
import { scheduleUpgrade } from '../upgrade/schedule-upgrade.ts';
import { getUpgrade, listUpgrades } from '../upgrade/store.ts';
import { openNewPlan, openPlan, submitPlan } from './fill-plan.ts';
import { valuesOf } from './form-values.ts';
import { importPlan, submitImport } from './import-plan.ts';
import { createPlanning } from './index.ts';
import { listPlans } from './list-plans.ts';
import { openPreview, turnPreview } from './preview-messages.ts';
import { showPlan } from './show-plan.ts';

const { db } = await testDatabase();
const ROOM = 'CCRMUPGRADE';
const rig = () => testContext(db, [], new Date('2026-11-20T09:00:00Z'));
const crm = readFileSync(new URL('../../templates/plans/crm-migration.yaml', import.meta.url), 'utf8');
const origin = JSON.stringify({ channelId: ROOM });
const latest = async ({ context }: TestContext) => (await listUpgrades(context.db, by('dana').teamId, {}))[0];

describe('importing a plan', () => {
  test('an uploaded file becomes a draft; its maker hears in the channel what comes next', async () => {
    const t = await rig();
    t.slack.uploads.set('F1', { name: 'crm.yaml', content: crm });
    const { call } = callBy(t, by('dana'), { values: { file: ['F1'] }, metadata: origin });
    expect(await submitImport(call)).toBeUndefined();
    expect(await latest(t)).toMatchObject({ state: 'draft', createdBy: 'UDANA', plan: { system: 'crm' } });
    const [told] = t.slack.ephemerals;
    expect(told).toMatchObject({ channel: ROOM, user: 'UDANA' });
    expect(told?.message.text).toMatch(/is planned.*\n[\s\S]*Next: preview its messages, then schedule it/);
  });

  test('what is wrong is said with line and column, and nothing is written', async () => {
    const t = await rig();
    const before = await latest(t);
    const yaml = crm.replace('system: crm', 'sistem: crm').replace('sam@harbour', 'nobody@harbour');
    const { call } = callBy(t, by('dana'), { values: { yaml }, metadata: origin });
    const answer = (await submitImport(call)) as { errors: Record<string, string> };
    expect(answer.errors.yaml).toMatch(/Line 7, column 1: .*Did you mean system/);
    expect(await latest(t)).toEqual(before);
  });

  test('people who are not in Slack are said with their line', async () => {
    const t = await rig();
    const yaml = crm.replace('sam@harbour', 'nobody@harbour');
    const { call } = callBy(t, by('dana'), { values: { yaml }, metadata: origin });
    const answer = (await submitImport(call)) as { errors: Record<string, string> };
    expect(answer.errors.yaml).toMatch(
      /Line \d+, column \d+: nobody@harbour.example is nobody in this workspace/,
    );
  });

  test('many problems: the first under the input, all of them in a private message', async () => {
    const t = await rig();
    const { call } = callBy(t, by('dana'), { values: { yaml: 'upgrade: x' }, metadata: origin });
    const answer = (await submitImport(call)) as { errors: Record<string, string> };
    expect(answer.errors.yaml).toMatch(/And \d+ more: all are in a private message/);
    expect(t.slack.ephemerals[0]?.message.text).toMatch(/rollback is missing/);
  });

  test.each([
    [{}, 'yaml', /Paste a plan here/],
    [{ yaml: 'a: b', file: ['F1'] }, 'file', /take one of them out/],
    [{ file: ['F404'] }, 'file', /does not let me read this file/],
  ])('%j is answered at its input', async (values, input, said) => {
    const t = await rig();
    const { call } = callBy(t, by('dana'), { values, metadata: origin });
    const answer = (await submitImport(call)) as { errors: Record<string, string> };
    expect(answer.errors[input]).toMatch(said);
  });

  test('pasted after the command: the form opens with it', async () => {
    const t = await rig();
    await importPlan(callBy(t, by('dana'), { channelId: ROOM, text: '```\nupgrade: x\n```' }).call);
    expect(JSON.stringify(t.slack.views[0])).toContain('"initial_value":"upgrade: x"');
  });

  test('pasted, but longer than a form takes: imported at once', async () => {
    const t = await rig();
    expect(crm.length).toBeGreaterThan(3_000);
    await importPlan(callBy(t, by('dana'), { channelId: ROOM, text: crm }).call);
    expect(t.slack.views).toEqual([]);
    expect(t.slack.ephemerals[0]?.message.text).toContain('is planned');
  });

  test('too long and wrong: the text comes back with what is wrong', async () => {
    const t = await rig();
    const { call, replies } = callBy(t, by('dana'), { text: crm.replace('scope: major', 'scope: huge') });
    await importPlan(call);
    expect(replies[0]?.text).toMatch(/line 9, column 1/);
    expect(JSON.stringify(replies[0]?.blocks)).toContain('scope: huge');
  });

  test('with a key, the plan takes the place of that draft’s', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    const yaml = crm.replace('upgrade: CRM 8 to CRM 9', 'upgrade: CRM, second try');
    await importPlan(callBy(t, by('dana'), { channelId: ROOM, text: `up-${draft.number} ${yaml}` }).call);
    expect((await getUpgrade(db, draft.teamId, draft.id)).plan.upgrade).toBe('CRM, second try');
  });
});

describe('filling in a plan', () => {
  test('a guest is not shown the form', async () => {
    const t = await rig();
    const opening = openNewPlan(callBy(t, by('guest'), { channelId: ROOM }).call);
    await expect(opening).rejects.toMatchObject({ code: 'not_allowed' });
    expect(t.slack.views).toEqual([]);
  });

  test('a stranger who forges the form of somebody’s draft changes nothing', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    await openPlan(callBy(t, by('dana'), { channelId: ROOM }).call, draft);
    const view = t.slack.views[0];
    const values = { ...valuesOf(draft.plan), upgrade: 'Mine now' };
    const { call } = callBy(t, by('zoe'), { values, metadata: view?.private_metadata });
    await expect(submitPlan(call)).rejects.toMatchObject({ code: 'not_allowed' });
    expect((await getUpgrade(db, draft.teamId, draft.id)).plan).toEqual(draft.plan);
  });

  test('two who edit at once: the second is told, and the first is not undone', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    await openPlan(callBy(t, by('dana'), { channelId: ROOM }).call, draft);
    const metadata = t.slack.views[0]?.private_metadata;
    const saving = (upgrade: string) =>
      submitPlan(callBy(t, by('dana'), { values: { ...valuesOf(draft.plan), upgrade }, metadata }).call);
    expect(await saving('First')).toBeUndefined();
    await expect(saving('Second')).rejects.toMatchObject({ code: 'wrong_state' });
    expect((await getUpgrade(db, draft.teamId, draft.id)).plan.upgrade).toBe('First');
  });

  test('a plan that is scheduled is not opened for editing', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    const { upgrade } = await scheduleUpgrade(t.context, by('dana'), draft.id);
    const opening = openPlan(callBy(t, by('dana')).call, upgrade);
    await expect(opening).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('groups are shown by their handle', async () => {
    const t = await rig();
    await openPlan(callBy(t, by('dana')).call, await draftOf(t));
    expect(JSON.stringify(t.slack.views[0])).toContain('"initial_value":"@field-sales"');
  });
});

describe('looking at plans', () => {
  test.each(['crm-migration', 'postgresql-major-version', 'ci-pipeline-upgrade'])(
    '%s is shown within Slack’s limits, with what this person can do',
    async (name) => {
      const t = await rig();
      const draft = await draftOf(t, undefined, name);
      const { call, replies } = callBy(t, by('dana'));
      await showPlan(call, draft);
      expect(() => checkContent(replies[0] ?? {})).not.toThrow();
      expect(JSON.stringify(replies[0]?.blocks)).toContain('upgrade.schedule');
      expect(replies[0]?.text).toContain('point of no return');
    },
  );

  test('a stranger sees the plan, and no button that would be refused', async () => {
    const t = await rig();
    const { call, replies } = callBy(t, by('zoe'));
    await showPlan(call, await draftOf(t));
    expect(JSON.stringify(replies[0]?.blocks)).not.toContain('"action_id":"upgrade.');
  });

  test('in a channel with one open upgrade and others that are over, the open one is shown', async () => {
    const t = await rig();
    await db.execute("update upgrade set state = 'closed'");
    const draft = await draftOf(t);
    const { call, replies } = callBy(t, by('dana'), { channelId: ROOM });
    const show = createPlanning([]).surface?.commands?.find(({ verb }) => verb === 'show');
    await show?.run(call);
    expect(replies[0]?.text).toMatch(new RegExp(`^UP-${draft.number} CRM 8 to CRM 9\na draft`));
    await draftOf(t);
    await show?.run(call);
    expect(replies[1]?.text).toContain('Which upgrade do you mean?');
  });

  test('the list puts this channel first and takes any number', async () => {
    const t = await rig();
    await draftOf(t, undefined, 'ci-pipeline-upgrade');
    for (let count = 0; count < 20; count++) await draftOf(t);
    const { call, replies } = callBy(t, by('zoe'), { channelId: 'CCIUPGRADE' });
    await listPlans(call);
    expect(replies[0]?.text).toMatch(/^Here\n• UP-\d+ .*<#CCIUPGRADE>[\s\S]*Elsewhere/);
    expect(() => checkContent(replies[0] ?? {})).not.toThrow();
  });
});

describe('previewing messages', () => {
  const item = (of: Partial<PreviewItem>): PreviewItem => ({
    at: undefined,
    what: 'a message',
    to: 'CSALES',
    message: sayText('Hello'),
    ...of,
  });

  test('in the order of their time, skipped ones with the reason, page after page', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    const items = [
      item({ what: 'decision' }),
      ...Array.from({ length: 60 }, (_, index) =>
        item({ at: new Date(Date.UTC(2026, 11, 5, 21, 59 - index)), what: `number ${59 - index}` }),
      ),
      item({ at: new Date('2026-11-01T00:00:00Z'), what: 'too late', skipped: 'it came due before' }),
    ];
    const previews = [async () => items];
    await openPreview(callBy(t, by('zoe'), { value: String(draft.id) }).call, previews);
    await turnPreview(callBy(t, by('zoe'), { value: `${draft.id}:1` }).call, previews);
    await turnPreview(callBy(t, by('zoe'), { value: `${draft.id}:99` }).call, previews);
    const [gathering, first, second, last] = t.slack.views;
    expect(JSON.stringify(gathering)).toContain('Gathering');
    for (const view of [first, second, last]) expect(() => checkView(view, 'modal')).not.toThrow();
    expect(JSON.stringify(first)).toMatch(/too late.*it came due before.*number 0.*number 1\b/);
    expect(JSON.stringify(first)).not.toContain('number 59');
    expect(JSON.stringify(last)).toMatch(/number 59.*When it happens.*decision/);
  });

  test.each([
    ['in time', '2026-11-20T09:00:00Z', undefined],
    ['two days ahead', '2026-12-03T21:00:00Z', 'Too late for the notice 7 days before the start'],
    ['ten minutes ahead', '2026-12-05T20:50:00Z', 'Nobody would be told before the start'],
  ])('%s: the draft and its preview say who would not be told in time', async (_, now, warning) => {
    const t = await testContext(db, [], new Date(now));
    const { call } = callBy(t, by('dana'), { values: { yaml: crm }, metadata: origin });
    await submitImport(call);
    const draft = await latest(t);
    await openPreview(callBy(t, by('dana'), { value: String(draft?.id) }).call, [async () => [item({})]]);
    for (const said of [t.slack.ephemerals[0]?.message.text, JSON.stringify(t.slack.views.at(-1))])
      if (warning) expect(said).toContain(warning);
      else expect(said).not.toMatch(/Too late|Nobody would/);
  });

  test('buttons in a previewed message cannot be pressed', async () => {
    const t = await rig();
    const draft = await draftOf(t);
    const live = {
      type: 'button' as const,
      action_id: 'rollback.vote',
      text: { type: 'plain_text' as const, text: 'Roll back' },
    };
    const message = {
      text: 'Decide',
      blocks: [
        { type: 'section' as const, text: { type: 'plain_text' as const, text: 'Decide' }, accessory: live },
        { type: 'actions' as const, elements: [live] },
      ],
    };
    await openPreview(callBy(t, by('zoe'), { value: String(draft.id) }).call, [
      async () => [item({ message })],
    ]);
    const shown = JSON.stringify(t.slack.views.at(-1));
    expect(shown).not.toContain('rollback.vote');
    expect(shown).toContain('Buttons: [Roll back]');
  });
});
