import type { Unit } from '../context.ts';
import { wrongState } from '../errors.ts';
import { decideTransition } from './lifecycle.ts';
import { keyOf, type Upgrade, updateUpgrade } from './store.ts';

/** The state that a decision to roll back leads to; who decided, and the record of it, are the caller's. Takes a locked upgrade. */
export async function moveToRollingBack(unit: Unit, upgrade: Upgrade): Promise<Upgrade> {
  const transition = decideTransition({ key: keyOf(upgrade), state: upgrade.state }, 'decide', 'roll_back');
  if ('refusal' in transition) throw wrongState(transition.refusal, transition.next);
  return updateUpgrade(unit, upgrade, { state: transition.to });
}
