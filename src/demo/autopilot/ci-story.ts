import { importPlan, readShippedPlan, schedule } from '../plan-upgrade.ts';
import { act } from './crm-story.ts';
import { berlin } from './instants.ts';
import type { Stage } from './stage.ts';

export const ROOM = '#ci-upgrade';

export interface CiMoments {
  scheduled: Date;
  started: Date;
  asked: Date;
  decided: Date;
  rolledBack: Date;
}

/** UP-2 is rolled back: announced, started, in trouble, and its sponsor decides at once. */
export async function playCi(stage: Stage): Promise<CiMoments> {
  await stage.passUntil(berlin('2027-01-04T09:00'));
  const draft = await importPlan(stage, 'anita', ROOM, await readShippedPlan('ci-pipeline-upgrade'));
  const scheduled = await act(stage, () => schedule(stage, 'anita', ROOM, draft));
  await stage.passUntil(berlin('2027-01-12T18:30'));
  const started = await act(stage, () => stage.types('anita', ROOM, 'start', /UP-2 has started/));
  await stage.passUntil(berlin('2027-01-12T18:50'));
  await stage.types('kiran', ROOM, 'status The old controller is stopped', /status line for UP-2 is kept/);
  await stage.passUntil(berlin('2027-01-12T19:10'));
  await stage.types(
    'luis',
    '#engineering',
    'issue UP-2 Deploy jobs read no key at all',
    /Issue 1 of UP-2 is open/,
  );
  const asked = await act(stage, () =>
    stage.types('anita', ROOM, 'rollback No deployment works', /has been asked to decide/),
  );
  await stage.passUntil(berlin('2027-01-12T19:14'));
  const decided = await act(stage, () =>
    stage.clicks('grace', stage.find('@grace', /roll back or keep going/), 'rollback.vote.roll_back', {
      in: '',
      text: /decided, roll back/,
    }),
  );
  await stage.passUntil(berlin('2027-01-12T19:35'));
  const rolledBack = await act(stage, () => stage.types('anita', ROOM, 'done', /UP-2 is rolled back/));
  await stage.passUntil(berlin('2027-01-13T12:00'));
  return { scheduled, started, asked, decided, rolledBack };
}
