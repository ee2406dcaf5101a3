import type { Db, Tx } from '../db/client.ts';
import { type Fact, getRecord } from '../record/index.ts';
import { mayFollow } from './lifecycle.ts';
import type { Upgrade } from './store.ts';

/** What a rollback decision goes through. */
export const DECISION_FACTS: readonly Fact[] = ['rollback.asked', 'rollback.escalated', 'rollback.decided'];

/** A rollback decision that nobody has taken yet; `called` once the deputy may take it too. */
export interface OpenDecision {
  called: boolean;
}

/** The decision that is open for an upgrade now, by its record. */
export async function findOpenDecision(
  db: Db | Tx,
  { id, teamId, state }: Pick<Upgrade, 'id' | 'teamId' | 'state'>,
): Promise<OpenDecision | undefined> {
  if (!mayFollow(state, 'decide')) return undefined;
  const facts = (await getRecord(db, teamId, id, DECISION_FACTS)).map(({ fact }) => fact);
  const asked = facts.lastIndexOf('rollback.asked');
  const since = facts.slice(asked);
  if (asked < 0 || since.includes('rollback.decided')) return undefined;
  return { called: since.includes('rollback.escalated') };
}
