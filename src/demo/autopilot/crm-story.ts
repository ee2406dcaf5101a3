import { until } from '../pass-time.ts';
import { importPlan, readShippedPlan, schedule } from '../plan-upgrade.ts';
import { berlin } from './instants.ts';
import type { Stage } from './stage.ts';
import { playSurvey } from './survey-story.ts';

export const ROOM = '#crm-upgrade';

/** When people acted, by the sandbox's clock; the rest of what is expected is derived from the plan. */
export interface CrmMoments {
  scheduled: Date;
  started: Date;
  asked: Date;
  decided: Date;
  completed: Date;
  /** The record was handed out. */
  recorded: Date;
}

/**
 * UP-1 completes: announced, started, reported on with one silent heartbeat, brought before the sponsor, who is silent, kept
 * going by the deputy, verified, accepted; a week later those affected are asked how it is for them,
 * and it is closed.
 */
export async function playCrm(stage: Stage): Promise<CrmMoments> {
  const scheduled = await planIt(stage);
  await stage.passUntil(berlin('2026-12-05T22:00'));
  const started = await act(stage, () => stage.types('dana', ROOM, 'start', /UP-1 has started/));
  await report(stage);
  const asked = await askForDecision(stage);
  const decided = await letDeputyDecide(stage);
  const completed = await finish(stage);
  await playSurvey(stage);
  const recorded = await lookBack(stage);
  return { scheduled, started, asked, decided, completed, recorded };
}

/** Resolves to the instant just before the act. */
export async function act(stage: Stage, deed: () => Promise<unknown>): Promise<Date> {
  const at = stage.now;
  await deed();
  await stage.settle();
  return at;
}

/** Everybody who uses the system hears of it, so that twenty people can answer the survey. */
async function planIt(stage: Stage): Promise<Date> {
  const yaml = (await readShippedPlan('crm-migration')).replace(
    /groups: \["@field-sales"\]\n {2}users: \[emma@harbour.example\]/,
    'groups: ["@field-sales", "@dba", "@developers", "@support-team"]\n' +
      '  users: [emma@harbour.example, ines@harbour.example, olga@harbour.example, grace@harbour.example]',
  );
  const draft = await importPlan(stage, 'dana', ROOM, yaml);
  await stage.opens('dana', (dana) => dana.click(draft.target, 'planning.preview'));
  await until('the preview shows the announcement', () =>
    JSON.stringify(stage.as('dana').modal()?.view.blocks).includes('announcement, 7d before'),
  );
  await stage.as('dana').closeModal();
  return act(stage, () => schedule(stage, 'dana', ROOM, draft));
}

async function report(stage: Stage): Promise<void> {
  await stage.passUntil(berlin('2026-12-05T22:20'));
  await stage.types(
    'uma',
    ROOM,
    'status Backup is done <!channel> @here <@UZOE>',
    /status line for UP-1 is kept/,
  );
  await stage.passUntil(berlin('2026-12-05T22:40'));
  await stage.types('olga', ROOM, 'issue Contacts import at a third of the speed', /Issue 1 of UP-1 is open/);
  await stage.passUntil(berlin('2026-12-05T22:50'));
  await stage.types('dana', ROOM, 'status Import at 60 percent', /status line for UP-1 is kept/);
}

/** Petra is consulted: she may ask, and not decide; Mia is only in the room. */
async function askForDecision(stage: Stage): Promise<Date> {
  await stage.passUntil(berlin('2026-12-05T23:35'));
  const asked = await act(stage, () =>
    stage.types('petra', ROOM, 'rollback The import will not end in time', /has been asked to decide/),
  );
  await stage.passUntil(berlin('2026-12-05T23:38'));
  const poll = stage.find(ROOM, /roll back or keep going/);
  await stage.clicks('mia', poll, 'rollback.vote.roll_back', {
    in: `in ${ROOM}`,
    text: /Not done.*sponsor/s,
  });
  await stage.clicks('petra', poll, 'rollback.vote.keep_going', {
    in: `in ${ROOM}`,
    text: /Not done.*sponsor/s,
  });
  return asked;
}

/** Priya is silent, so Sam is called in after ten minutes. */
async function letDeputyDecide(stage: Stage): Promise<Date> {
  await stage.passUntil(berlin('2026-12-05T23:50'));
  const poll = stage.find(ROOM, /roll back or keep going/);
  return act(stage, () =>
    stage.clicks('sam', poll, 'rollback.vote.keep_going', { in: `in ${ROOM}`, text: /decided, keep going/ }),
  );
}

async function finish(stage: Stage): Promise<Date> {
  await stage.passUntil(berlin('2026-12-05T23:53'));
  await stage.types('dana', ROOM, 'resolve 1', /Issue 1 of UP-1 is resolved/);
  await stage.types('uma', ROOM, 'status The import has ended', /status line for UP-1 is kept/);
  await stage.passUntil(berlin('2026-12-06T00:10'));
  await act(stage, () => stage.types('dana', ROOM, 'done', /UP-1 is being verified/));
  await stage.passUntil(berlin('2026-12-06T00:20'));
  await stage.types('uma', ROOM, 'status Half of the checks have passed', /status line for UP-1 is kept/);
  await stage.passUntil(berlin('2026-12-06T00:40'));
  await stage.opens('dana', (dana) => dana.command(ROOM, '/upgrade', 'done'));
  const early = await stage.as('dana').submit({ 'checks.1': ['1', '2'] });
  if (early.result !== 'errors') throw new Error('completed although a core check had not passed');
  return act(stage, () =>
    stage.submitsAnswered(
      'dana',
      { 'checks.1': ['1', '2', '3', '4', '5', '6'], known_issues: 'The forecast is slow until Monday' },
      { in: `in ${ROOM}`, text: /UP-1 is complete/ },
    ),
  );
}

/** Whoever asks reads what happened; then it is closed. */
async function lookBack(stage: Stage): Promise<Date> {
  const record = await stage.types('petra', ROOM, 'record', /UP-1 CRM 8 to CRM 9: record/);
  const recorded = await act(stage, () =>
    stage.clicks('petra', record, 'timeline.download', { in: `in ${ROOM}`, text: /in your direct messages/ }),
  );
  await act(stage, () => stage.types('dana', ROOM, 'close', /UP-1 is closed/));
  return recorded;
}
