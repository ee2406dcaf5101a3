import type { Actor, Context, Unit } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type AcceptanceResult, listAcceptance, type Upgrade, writeAcceptance } from './store.ts';

export type Verdict = Pick<AcceptanceResult, 'number' | 'passed'>;

/** Keeps verdicts on acceptance checks (numbered from 1, as in the plan) while the upgrade is verified. Idempotent. */
export async function recordAcceptance(
  context: Context,
  actor: Actor & { userId: string },
  upgradeId: number,
  verdicts: Verdict[],
): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'complete' }, async (unit, { upgrade }) => {
    await keepVerdicts(unit, actor, upgrade, verdicts);
    return upgrade;
  });
}

/** Writes and records what differs from the verdicts so far. */
export async function keepVerdicts(
  unit: Unit,
  actor: Actor & { userId: string },
  upgrade: Upgrade,
  verdicts: Verdict[],
): Promise<void> {
  const unknown = verdicts.find(({ number }) => !upgrade.plan.acceptance[number - 1]);
  if (unknown) {
    throw invalidInput(`The plan has no acceptance check ${unknown.number}.`, [], 'Open the form again.');
  }
  const known = new Map(
    (await listAcceptance(unit.tx, upgrade.id)).map((each) => [each.number, each.passed]),
  );
  const changed = verdicts.filter(({ number, passed }) => known.get(number) !== passed);
  await writeAcceptance(unit, upgrade, actor.userId, changed);
  for (const { number, passed } of changed) {
    const check = upgrade.plan.acceptance[number - 1]?.check ?? '';
    await append(unit, actor, upgrade.id, 'acceptance.checked', { number, check, passed });
  }
}
