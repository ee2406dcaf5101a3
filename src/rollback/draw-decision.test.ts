import { expect, test } from 'vitest';
import { draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { TEAM } from '../../test/support/recording-slack.ts';
import { checkContent } from '../sandbox/validate/message.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { drawDecision, type Evidence } from './draw-decision.ts';
import { deriveDeadlines, later } from './rules.ts';
import type { Decision } from './store.ts';

const { db } = await testDatabase();
const START = new Date('2026-12-05T21:00:00Z');
const world = await testContext(db, [], START);
const crm = await draftOf(world);
const nothing: Evidence = { issues: [], status: undefined, advice: [] };

const decisionAt = (at: Date, change: Partial<Decision> = {}): Decision => ({
  id: 7,
  teamId: TEAM,
  upgradeId: crm.id,
  number: 1,
  state: 'open',
  reason: 'Quotes fail',
  openedBy: 'UUMA',
  openedAt: at,
  ...deriveDeadlines(crm.plan, at),
  escalatedAt: null,
  extendedAt: null,
  extendedBy: null,
  choice: null,
  how: null,
  decidedBy: null,
  decidedAt: null,
  automatic: false,
  ...change,
});

const draw = (at: Date, upgrade: Upgrade = crm, evidence = nothing, change: Partial<Decision> = {}) =>
  drawDecision(world.context, at, upgrade, decisionAt(at, change), evidence);

const ruled = (rollback: Partial<Upgrade['plan']['rollback']>): Upgrade => ({
  ...crm,
  plan: { ...crm.plan, rollback: { ...crm.plan.rollback, ...rollback } },
});

test.each([
  ['in time', 60, 'A rollback fits into the window until', 'no longer fits'],
  [
    'after the point of no return',
    170,
    'a rollback no longer fits into the window',
    'fits into the window until',
  ],
])('%s → the clock says so', (_, minutes, said, unsaid) => {
  const { text } = draw(later(START, minutes));
  expect(text).toContain(said);
  expect(text).not.toContain(unsaid);
});

test('the last deadline after the point of no return → what silence means then', () => {
  expect(draw(later(START, 140)).text).not.toContain('That is after the point of no return');
  expect(draw(later(START, 150)).text).toContain('That is after the point of no return');
});

test('no way back after migration → what "roll back" means then', () => {
  const { text } = draw(START, ruled({ afterMigration: 'forward-only' }));
  expect(text).toContain('it means to stop and repair forward');
  expect(draw(START).text).not.toContain('repair forward');
});

test('the plan keeps going on silence → said', () => {
  expect(draw(START, ruled({ onSilence: 'keep-going' })).text).toContain('the plan decides: keep going');
});

test('everything as long as it can be, in markup → within what Slack takes, nothing in it a call to everyone', () => {
  const long = `<!channel> @here *${'long & <b> '.repeat(180)}`;
  const evidence: Evidence = {
    issues: Array.from({ length: 40 }, (_, index) => ({
      teamId: TEAM,
      upgradeId: crm.id,
      number: index + 1,
      text: long,
      openedBy: 'UOLGA',
      openedAt: START,
      resolvedBy: null,
      resolvedAt: null,
    })),
    status: { id: 1, teamId: TEAM, upgradeId: crm.id, text: long, by: 'UUMA', at: START },
    advice: Array.from({ length: 40 }, (_, id) => ({
      id,
      teamId: TEAM,
      decisionId: 7,
      by: 'UPETRA',
      text: long,
      at: START,
    })),
  };
  const plan = ruled({ dataLoss: long.slice(0, 400) });
  const decided = { state: 'decided', how: 'sponsor', decidedBy: 'UPRIYA', decidedAt: START } as const;
  for (const change of [{}, { escalatedAt: START }, decided]) {
    const message = draw(START, plan, evidence, { reason: long, ...change });
    expect(() => checkContent(message, 'update')).not.toThrow();
    expect(message.text).not.toMatch(/<!channel>|@here/);
  }
});
