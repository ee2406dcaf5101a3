import type { Unit } from '../context.ts';
import { WatchbellError } from '../errors.ts';
import { type Decision, getDecision } from './store.ts';

/** Somebody acted on a decision that is no longer open: a stale button, or the loser of two at once. Changes nothing. */
export class Settled extends WatchbellError {
  readonly decision: Decision;

  constructor(decision: Decision) {
    super('wrong_state', 'This rollback decision is settled already.', {
      next: 'Its message in the room says what was decided, by whom and when.',
    });
    this.name = 'Settled';
    this.decision = decision;
  }
}

/** The decision, read while its upgrade is locked. Throws `Settled` where it is no longer open. */
export async function requireOpen(unit: Unit, teamId: string, decisionId: number): Promise<Decision> {
  const decision = await getDecision(unit.tx, teamId, decisionId);
  if (decision.state !== 'open') throw new Settled(decision);
  return decision;
}
