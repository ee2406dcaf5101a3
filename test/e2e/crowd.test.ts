import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp, type Watchbell } from '../../src/app.ts';
import { AdjustableClock } from '../../src/clock.ts';
import { transact } from '../../src/context.ts';
import { until } from '../../src/demo/pass-time.ts';
import { readShippedPlan } from '../../src/demo/plan-upgrade.ts';
import { createLogger } from '../../src/logger.ts';
import { getDecision, insertDecision } from '../../src/rollback/store.ts';
import { harbour, readManifest, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { actions, button } from '../../src/slack/blocks.ts';
import { drawInvitation } from '../../src/survey/draw-invitation.ts';
import { insertSurvey } from '../../src/survey/store.ts';
import { slackDirectory } from '../../src/upgrade/directory.ts';
import { parsePlan } from '../../src/upgrade/plan/parse.ts';
import { resolveReferences } from '../../src/upgrade/plan/references.ts';
import { insertUpgrade, updateUpgrade } from '../../src/upgrade/store.ts';
import { deriveWindow } from '../../src/upgrade/window.ts';
import { testDatabase } from '../support/postgres.ts';

/*
 * A survey goes out at five a second, and a fifth answers at once: sixty people a minute, each with a form opened and sent,
 * beside a sponsor who decides about another upgrade. Slack's limits are in force.
 */
const NOW = new Date('2026-12-05T21:30:00Z');
const LATER = new Date('2026-12-20T09:00:00Z');
const ROOM = 'CCRMUPGRADE';
const CROWD = Array.from({ length: 60 }, (_, index) => `UCROWD${index}`);
const database = await testDatabase();
let sandbox: Sandbox;
let app: Watchbell;

beforeAll(async () => {
  const clock = new AdjustableClock({ at: NOW });
  const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
  const [model] = harbour.users;
  if (!model) throw new Error('the organisation has nobody');
  const crowd = CROWD.map((id) => ({ ...model, id, name: id.toLowerCase(), email: `${id}@harbour.example` }));
  const organisation = { ...harbour, users: [...harbour.users, ...crowd] };
  sandbox = await startSandbox({ organisation, manifest, clock });
  const { botToken, appToken } = sandbox.credentials;
  app = await buildApp(
    {
      databaseUrl: database.url,
      queueUrl: database.url,
      slack: { botToken, apiUrl: `${sandbox.url}/api/`, transport: { kind: 'socket', appToken } },
      clock: { speed: 1, anchor: undefined },
      templatesDir: undefined,
      logLevel: 'fatal',
    },
    { clock, logger: createLogger({ level: 'fatal' }), role: 'web' },
  );
  await app.start();
});
afterAll(async () => {
  await app?.stop();
  await sandbox?.close();
});

/** One upgrade with an open decision, and another one with its survey; both have their buttons in Slack. */
async function prepare() {
  const { context, teamId } = app;
  const slack = context.slack.of(teamId);
  const parsed = parsePlan(await readShippedPlan('crm-migration'));
  const read = parsed.plan && (await resolveReferences(parsed.plan, slackDirectory(slack, teamId)));
  if (!read?.plan) throw new Error('the shipped plan was not taken');
  const { plan } = read;
  const actor = { teamId, userId: 'UDANA' };
  const { completed, decision, survey } = await transact(context, async (unit) => {
    const running = await insertUpgrade(unit, actor, plan, deriveWindow(plan));
    await updateUpgrade(unit, running, { state: 'in_progress', startedAt: NOW });
    const asked = { by: 'UDANA', reason: 'Quotes fail', deadlineAt: LATER, finalDeadlineAt: LATER };
    const decision = await insertDecision(unit, running, asked);
    const before = await insertUpgrade(unit, actor, plan, deriveWindow(plan));
    const completed = await updateUpgrade(unit, before, { state: 'completed', startedAt: NOW, endedAt: NOW });
    const invited = CROWD.map((userId) => ({ userId, inviteAt: NOW, nudgeAt: LATER }));
    const survey = await insertSurvey(unit, completed, LATER, invited);
    if (!survey) throw new Error('there is a survey already');
    return { completed, decision, survey };
  });
  const keep = { text: 'Keep going', actionId: 'rollback.vote.keep_going', value: String(decision.id) };
  const poll = await slack.post(ROOM, { text: 'Decide', blocks: [actions([button(keep)])] }, 'poll');
  const invitation = drawInvitation(context, completed, survey, false);
  const asked = await Promise.all(CROWD.map((userId) => slack.post(userId, invitation, userId)));
  return { decision, poll, asked };
}

test('a crowd answers while the sponsor decides → nobody is looked up for the one, once for the other; the vote counts', async () => {
  const { decision, poll, asked } = await prepare();
  const before = sandbox.calls.length;
  const vote = sandbox.as('priya').click(poll, 'rollback.vote.keep_going');
  const results: string[] = [];
  for (const [index, userId] of CROWD.entries()) {
    const person = sandbox.as(userId);
    await person.click(asked[index] ?? poll, 'survey.answer');
    await until(`${userId} has the form`, () => person.modal());
    results.push((await person.submit({ satisfaction: '4' })).result);
  }
  await vote;
  expect(new Set(results)).toEqual(new Set(['updated']));
  await until('the vote counts', async () => {
    const { state } = await getDecision(app.context.db, app.teamId, decision.id);
    return state === 'decided';
  });
  await until('her Home shows it', () => sandbox.as('priya').home());
  const calls = sandbox.calls.slice(before);
  expect(calls.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  const lookedUp = calls.filter(({ method }) => method === 'users.info').map(({ args }) => args.user);
  expect(lookedUp).toEqual(['UPRIYA']);
});

test('Slack holds a look-up up for a second → the act waits, and is done', async () => {
  sandbox.faults.inject({ method: 'users.info', kind: '429', retryAfter: 1, match: { user: 'UDANA' } });
  await sandbox.as('dana').command(ROOM, '/upgrade', 'status UP-1 two thirds are through');
  await until('the status is kept', () =>
    sandbox
      .as('dana')
      .ephemerals(ROOM)
      .find(({ text }) => text.includes('two thirds')),
  );
});
