import type { Context } from '../context.ts';
import type { Moment } from './decide-now.ts';
import { findOpenDecision } from './find-open-decision.ts';
import { isOpen, listIssues, type Upgrade } from './store.ts';

/** What decides which buttons are offered, beside the state. */
export interface Situation extends Moment {
  openIssues: number;
}

/** As things stand. */
export async function readSituation(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  upgrade: Upgrade,
): Promise<Situation> {
  const openIssues = (await listIssues(db, upgrade.id)).filter(isOpen).length;
  return { now: clock.now(), openIssues, decision: await findOpenDecision(db, upgrade) };
}
