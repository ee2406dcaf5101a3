import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { type Actor, transact, type Unit } from '../../src/context.ts';
import { WatchbellError } from '../../src/errors.ts';
import { outbox } from '../../src/outbox/tables.ts';
import { valuesOf } from '../../src/planning/form-values.ts';
import { findOpenDecision, insertDecision, updateDecision } from '../../src/rollback/store.ts';
import type { SubmissionAnswer } from '../../src/slack/surface.ts';
import { showMenu, slices } from '../../src/slices.ts';
import { insertSurvey } from '../../src/survey/store.ts';
import type { State } from '../../src/upgrade/lifecycle.ts';
import {
  getUpgrade,
  insertIssue,
  insertUpgrade,
  keyOf,
  listUpgrades,
  type Upgrade,
  updateUpgrade,
} from '../../src/upgrade/store.ts';
import { deriveWindow } from '../../src/upgrade/window.ts';
import { joinWorkspace } from '../../src/workspace/store.ts';
import { callBy } from '../support/call.ts';
import { by, draftOf, shippedPlan, testContext } from '../support/context.ts';
import { OUTSIDERS, PEOPLE_BY_ROLE } from '../support/people-by-role.ts';
import { testDatabase } from '../support/postgres.ts';
import { MEMBERS, ROWS, type Row, type World } from './surface-table.ts';

/*
 * Everything that can be typed, clicked or sent off, by everybody: who may, does; who may not is told so, and nothing
 * has changed, been opened or sent. What a slice offers without a row in the table fails the first test.
 */
const { db } = await testDatabase();
const NOW = new Date('2026-12-05T20:50:00Z');
const LATER = new Date('2026-12-20T09:00:00Z');
const ROOM = 'CCRMUPGRADE';
const asked = { by: 'UDANA', reason: 'Quotes fail', deadlineAt: LATER, finalDeadlineAt: LATER };
const t = await testContext(db, [], NOW);
const draft = await draftOf(t);
const yaml = readFileSync(new URL('../../templates/plans/crm-migration.yaml', import.meta.url), 'utf8');
const surfaces = slices.flatMap((slice) => slice.surface ?? []);
const commands = surfaces.flatMap((surface) => surface.commands ?? []);
const actions = surfaces.flatMap((surface) => surface.actions ?? []);
const forms = surfaces.flatMap((surface) => surface.views ?? []);

/** Only members and guests are ever invited. */
const invited = [by('emma').userId];
await transact(t.context, (unit) =>
  insertSurvey(
    unit,
    draft,
    LATER,
    invited.map((userId) => ({ userId, inviteAt: NOW, nudgeAt: LATER })),
  ),
);

/** Another workspace, with an upgrade of its own. */
const elsewhere = await (async () => {
  await joinWorkspace(db, { teamId: 'TNORTHWIND', teamName: 'Northwind', botUserId: 'UBOT' }, NOW);
  const plan = await shippedPlan(t.slack);
  const actor = { teamId: 'TNORTHWIND', userId: 'UXAVIER' };
  return transact(t.context, async (unit) => {
    const upgrade = await insertUpgrade(unit, actor, plan, deriveWindow(plan));
    const decision = await insertDecision(unit, upgrade, asked);
    const deliveryId = await insertRefused(unit, upgrade);
    return { ...upgrade, upgradeId: upgrade.id, decisionId: decision.id, deliveryId };
  });
})();

/** Another upgrade of the same workspace, in which nobody who is tried here has a part. */
const sibling = await (async () => {
  const plan = await shippedPlan(t.slack);
  const people = {
    ...plan.people,
    ...{ lead: 'UMAX', sponsor: 'ULUIS', deputy: 'UMAX', communicator: 'UMAX', crisisSpeaker: 'UMAX' },
    ...{ operations: ['UMAX'], consulted: ['UMAX'] },
  };
  const actor = { teamId: draft.teamId, userId: 'UMAX' };
  return transact(t.context, async (unit) => {
    const upgrade = await insertUpgrade(unit, actor, { ...plan, people }, deriveWindow(plan));
    const decision = await insertDecision(unit, upgrade, asked);
    const issue = await insertIssue(unit, upgrade, 'UMAX', 'The interface is down');
    await insertSurvey(unit, upgrade, LATER, [{ userId: 'UMAX', inviteAt: NOW, nudgeAt: LATER }]);
    const theirs = { upgradeId: upgrade.id, key: keyOf(upgrade), issue: issue.number };
    return { upgrade, world: { ...theirs, decisionId: decision.id } };
  });
})();

/** A message that Slack refused for good, in place of the one before. */
async function insertRefused(unit: Unit, { id: upgradeId, teamId }: Upgrade): Promise<string> {
  await unit.tx.delete(outbox).where(eq(outbox.upgradeId, upgradeId));
  const refused = { kind: 'notice', slot: '1', target: ROOM, state: 'failed', plannedFor: NOW } as const;
  const message = { text: 'It starts soon.', blocks: [] };
  const rows = await unit.tx
    .insert(outbox)
    .values({ ...refused, teamId, upgradeId, message })
    .returning();
  return rows[0]?.id ?? '';
}

/** The draft put back into this state, with a decision and an issue open. */
async function prepare(state: State): Promise<World> {
  return transact(t.context, async (unit) => {
    const { id: _id, teamId: _team, number: _number, ...fresh } = draft;
    const begun = state === 'draft' || state === 'scheduled' ? null : NOW;
    const change = { ...fresh, state, createdBy: 'UINES', startedAt: begun };
    const upgrade = await updateUpgrade(unit, draft, change);
    const open = await findOpenDecision(unit.tx, draft.id);
    if (open) await updateDecision(unit, open, { state: 'decided' });
    const decision = await insertDecision(unit, upgrade, asked);
    const deliveryId = await insertRefused(unit, upgrade);
    const issue = await insertIssue(unit, upgrade, 'UDANA', 'The interface is down');
    return {
      upgradeId: draft.id,
      key: keyOf(draft),
      decisionId: decision.id,
      issue: issue.number,
      deliveryId,
      yaml,
      planValues: valuesOf(draft.plan),
    };
  });
}

type Person = Actor & { userId: string };
interface Use {
  text?: string;
  value?: string;
  metadata?: string;
  values?: Row['values'];
}

/** Uses what the row is about as this person; returns what they were told or shown. */
async function use(name: string, person: Person, row: Row, world: World, forged: Use = {}) {
  const id = name.replace(/ of .*/, '');
  const { call, replies } = callBy(t, person, {
    channelId: ROOM,
    text: forged.text ?? row.text?.(world) ?? '',
    value: forged.value ?? row.value?.(world) ?? String(world.upgradeId),
    values: row.values?.(world) ?? {},
    metadata: forged.metadata ?? row.metadata?.(world) ?? JSON.stringify({ upgradeId: world.upgradeId }),
  });
  let answer: SubmissionAnswer;
  const command = commands.find(({ verb }) => `/${verb}` === id);
  const action = actions.find(({ actionId }) => actionId === id);
  const form = forms.find(({ callbackId }) => callbackId === id);
  if (command) await command.run(call);
  else if (action) await action.run({ ...call, actionId: id.replace('*', '1') });
  else answer = await form?.submit(call);
  return { replies, answer };
}

/** How much anybody has been told or shown so far. */
const heard = (): number =>
  t.slack.posts.length + t.slack.ephemerals.length + t.slack.files.length + t.slack.views.length;
const state = async () => ({
  upgrade: await getUpgrade(db, draft.teamId, draft.id),
  upgrades: (await listUpgrades(db, draft.teamId)).length,
  rest: (await db.execute(STATE)).rows,
});
const STATE = sql`select (select count(*) from status_line) lines, (select count(*) from upgrade_issue where resolved_at is null) issues,
  (select count(*) from decision) decisions, (select count(*) from decision where state = 'open') open, (select count(*) from decision_advice) advice,
  (select count(*) from survey_answer) answers, (select count(*) from outbox) messages, (select count(*) from timetable) planned`;

async function outcome(name: string, person: Person, row: Row): Promise<string> {
  const world = await prepare(row.state);
  const before = { heard: heard(), state: await state() };
  try {
    const { replies, answer } = await use(name, person, row, world);
    const shown = replies.length > 0 || answer !== undefined || heard() > before.heard;
    return shown ? 'done' : 'nothing';
  } catch (error) {
    if (!(error instanceof WatchbellError)) throw error;
    expect(error.next, error.message).toBeTruthy();
    expect({ heard: heard(), state: await state() }).toEqual(before);
    return error.code;
  }
}

test('every command, button and form of every slice has its row, and there is no other', () => {
  const offered = [
    ...commands.map(({ verb }) => `/${verb}`),
    ...actions.map(({ actionId }) => actionId),
    ...forms.map(({ callbackId }) => callbackId),
  ];
  expect(new Set(offered).size).toBe(offered.length);
  expect([...new Set(Object.keys(ROWS).map((name) => name.replace(/ of .*/, '')))].sort()).toEqual(
    offered.sort(),
  );
});

test.each(Object.entries(ROWS))('%s, by everybody', async (name, row) => {
  const found: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const [role, person] of Object.entries(PEOPLE_BY_ROLE)) {
    found[role] = await outcome(name, by(person), row);
    expected[role] = row.who.split(' ').includes(role) ? 'done' : 'not_allowed';
  }
  expect(found).toEqual(expected);
});

const VALUES = [
  '',
  ' ',
  '-1',
  '0',
  '1.5',
  '1e3',
  'NaN',
  'Infinity',
  '2147483648',
  '9'.repeat(40),
  '{"upgradeId":1}',
  '[1]',
  'null',
  '__proto__',
  '1 or 1=1',
  '１',
];
const METADATA = [
  ...VALUES.filter((value) => !value.includes('upgradeId')),
  '{}',
  '{"upgradeId":"1"}',
  '{"upgradeId":-1}',
  '{"upgradeId":1e12}',
  '{"upgradeId":{}}',
];
/** What a plan's names are looked up with, beside people, and what reads an uploaded one. */
const LOOK_UPS = ['userByEmail', 'channel', 'channels', 'groups', 'readFile'] as const;
const rowsOf = (ids: string[]) =>
  Object.entries(ROWS).filter(([name, row]) => ids.includes(name) && !row.aboutNone);

describe('forged values', () => {
  test.each(rowsOf(actions.map(({ actionId }) => actionId)))('%s → not found', async (name, row) => {
    const world = await prepare(row.state);
    const before = { heard: heard(), state: await state() };
    const theirs = row.value?.({ ...world, ...elsewhere }) ?? String(elsewhere.id);
    for (const value of [...VALUES, theirs, '999999999']) {
      const forged = use(name, by('dana'), row, world, { value });
      await expect(forged, value).rejects.toMatchObject({ code: 'not_found', next: expect.any(String) });
    }
    expect({ heard: heard(), state: await state() }).toEqual(before);
  });

  test.each(rowsOf(forms.map(({ callbackId }) => callbackId)))('%s → not found', async (name, row) => {
    const world = await prepare(row.state);
    const before = { heard: heard(), state: await state() };
    const wrong = [String(elsewhere.id), `{"upgradeId":${elsewhere.id}}`, '{"upgradeId":999999999}'];
    for (const metadata of [...METADATA, ...wrong]) {
      const forged = use(name, by('dana'), row, world, { metadata });
      await expect(forged, metadata).rejects.toMatchObject({ code: 'not_found', next: expect.any(String) });
    }
    expect({ heard: heard(), state: await state() }).toEqual(before);
  });

  test.each(rowsOf(commands.map(({ verb }) => `/${verb}`)))(
    '%s of no upgrade → not found',
    async (name, row) => {
      const world = await prepare(row.state);
      for (const text of ['UP-0', 'UP-999999999', `UP-${elsewhere.number + 500}`]) {
        const forged = use(name, by('dana'), row, world, { text });
        await expect(forged, text).rejects.toMatchObject({ code: 'not_found', next: expect.any(String) });
      }
    },
  );
});

describe('ids of another upgrade of the workspace', () => {
  /** The sibling in this state, with a refused message of its own. */
  async function prepareSibling(state: State) {
    return transact(t.context, async (unit) => {
      const startedAt = state === 'draft' || state === 'scheduled' ? null : NOW;
      const upgrade = await updateUpgrade(unit, sibling.upgrade, { state, startedAt });
      return { upgrade, deliveryId: await insertRefused(unit, upgrade) };
    });
  }
  const all = Object.entries(ROWS).filter(([name, { aboutNone }]) => !name.startsWith('/') && !aboutNone);

  test.each(all)('%s → by that upgrade’s own people, or to be looked at', async (name, row) => {
    const world = await prepare(row.state);
    const theirs = await prepareSibling(row.state);
    const meant = { ...world, ...sibling.world, deliveryId: theirs.deliveryId };
    const before = { state: await state(), sibling: theirs.upgrade };
    const found: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [role, person] of Object.entries(PEOPLE_BY_ROLE)) {
      const said = await use(name, by(person), row, meant).catch((error: WatchbellError) => error.code);
      found[role] = typeof said === 'string' ? said : 'done';
      expected[role] = row.who === MEMBERS && row.who.split(' ').includes(role) ? 'done' : 'not_allowed';
    }
    expect(found).toEqual(expected);
    expect({ state: await state(), sibling: await getUpgrade(db, draft.teamId, theirs.upgrade.id) }).toEqual(
      before,
    );
  });

  test('a plan’s form, filled for one draft and sent for another → refused, and both stay as they were', async () => {
    const world = await prepare('draft');
    const theirs = await prepareSibling('draft');
    const seen = createHash('sha256').update(JSON.stringify(theirs.upgrade.plan)).digest('hex').slice(0, 16);
    const before = { state: await state(), sibling: theirs.upgrade };
    const row = ROWS['planning.plan.submit'] as Row;
    for (const mark of [seen, undefined, 'x']) {
      const metadata = JSON.stringify({ upgradeId: theirs.upgrade.id, seen: mark });
      const forged = use('planning.plan.submit', by('dana'), row, world, { metadata });
      await expect(forged).rejects.toMatchObject({ code: 'not_allowed' });
    }
    expect({ state: await state(), sibling: await getUpgrade(db, draft.teamId, theirs.upgrade.id) }).toEqual(
      before,
    );
  });
});

describe('guests, bots, people who left and people of other organisations learn nothing by asking', () => {
  const TELLTALE = /CRM 8|CRM 9|8\.4\.2|9\.0\.1|security fixes|Europe\/Berlin/;
  /** What some command cannot read, or would ask back about. */
  const UNCLEAR = ['nonsense', '5/6 22:00', '2027-10-31 02:30', 'x'.repeat(2_001)];
  const UNCLEAR_FORMS = [
    ['upgrade.reschedule.submit', { date: '2027-10-31', time: '02:30' }],
    ['upgrade.reschedule.submit', {}],
    ['upgrade.resolve.submit', {}],
    ['rollback.ask.submit', {}],
    ['rollback.advise.submit', {}],
  ] as const;

  test.each(OUTSIDERS)('%s', async (outsider) => {
    const world = await prepare('in_progress');
    const said: unknown[] = [];
    const ask = async (act: () => Promise<unknown>) =>
      said.push(await act().catch((error: WatchbellError) => [error.message, error.next, error.problems]));
    for (const { verb } of commands) {
      for (const text of ['', world.key, 'UP-77', ...UNCLEAR.map((typed) => `${world.key} ${typed}`)]) {
        const asked = use(`/${verb}`, by(outsider), ROWS[`/${verb}`] as Row, world, { text });
        await expect(asked, `/${verb} ${text}`).rejects.toMatchObject({ code: 'not_allowed' });
        await ask(() => asked);
      }
    }
    for (const { actionId } of actions) {
      await ask(() => use(actionId, by(outsider), ROWS[actionId] as Row, world));
    }
    for (const { callbackId } of forms) {
      await ask(() => use(callbackId, by(outsider), ROWS[callbackId] as Row, world));
    }
    for (const [callbackId, values] of UNCLEAR_FORMS) {
      const asked = use(
        callbackId,
        by(outsider),
        { ...(ROWS[callbackId] as Row), values: () => values },
        world,
      );
      await expect(asked, callbackId).rejects.toMatchObject({ code: 'not_allowed' });
    }
    const { call, replies } = callBy(t, by(outsider), { channelId: ROOM });
    await showMenu(call);
    for (const surface of surfaces) await surface.home?.(call);
    const shown = [said, replies, t.slack.homes.get(by(outsider).userId)];
    expect(JSON.stringify(shown)).toMatch(/no say|no part/);
    expect(JSON.stringify(shown)).not.toMatch(TELLTALE);
  });

  test.each(OUTSIDERS)(
    '%s, of a plan that names people and channels → Slack is not even asked',
    async (outsider) => {
      const world = await prepare('draft');
      const named = yaml.replace('dana', 'gone').replace('#crm-upgrade', '#no-such-room');
      const asking = LOOK_UPS.map((method) => vi.spyOn(t.slack, method));
      const imports: [string, Use][] = [
        ['/import', { text: named.padEnd(3_100, '\n#') }],
        ['/import', { text: `${world.key} ${named.padEnd(3_100, '\n#')}` }],
        ['planning.import.submit', { metadata: '{}', values: () => ({ yaml: named }) }],
        ['planning.import.submit', { values: () => ({ yaml: named }) }],
        ['planning.import.submit', { metadata: '{}', values: () => ({ file: ['F1'] }) }],
        ['planning.plan.submit', { metadata: '{}' }],
        ['planning.plan.submit', { metadata: JSON.stringify({ upgradeId: world.upgradeId }) }],
      ];
      for (const [name, { values, ...forged }] of imports) {
        const row = ROWS[name] as Row;
        const asked = use(name, by(outsider), { ...row, values: values ?? row.values }, world, forged);
        await expect(asked, name).rejects.toMatchObject({ code: 'not_allowed', problems: [] });
      }
      for (const spy of asking) expect(spy).not.toHaveBeenCalled();
      vi.restoreAllMocks();
    },
  );

  test('a member who asks the same is told', async () => {
    const { call, replies } = callBy(t, by('mia'), { channelId: ROOM });
    await prepare('in_progress');
    await showMenu(call);
    expect(JSON.stringify(replies)).toMatch(TELLTALE);
  });
});
