import type { Actor, Context } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { keepVerdicts } from './record-acceptance.ts';
import { type Issue, isOpen, type Upgrade, updateUpgrade } from './store.ts';
import { readReason } from './written.ts';

export interface Completion {
  /** Numbers of the acceptance checks that passed, from 1 as in the plan; all others count as not passed. */
  passed: number[];
  whatChanged?: string;
  knownIssues?: string;
}

/** The service is available again. Refused, by name, while a core acceptance check has not passed. */
export async function completeUpgrade(
  context: Context,
  actor: Actor & { userId: string },
  upgradeId: number,
  { passed, ...said }: Completion,
): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'complete' }, async (unit, { upgrade, to }) => {
    refuseWithoutCore(upgrade, passed);
    await keepVerdicts(unit, actor, upgrade, verdictsOf(upgrade, passed));
    const whatChanged = readReason(said.whatChanged);
    const knownIssues = readReason(said.knownIssues);
    const change = { state: to, endedAt: unit.now, whatChanged, knownIssues };
    const completed = await updateUpgrade(unit, upgrade, change);
    const plannedEnd = upgrade.endsAt.toISOString();
    await append(unit, actor, upgradeId, 'upgrade.completed', { whatChanged, knownIssues, plannedEnd });
    return completed;
  });
}

/** What the form suggests as known issues: those that are still open, one per line. */
export const suggestKnownIssues = (issues: readonly Issue[]): string =>
  issues
    .filter(isOpen)
    .map(({ text }) => text.replace(/\s+/g, ' '))
    .join('\n');

function verdictsOf({ plan }: Upgrade, passed: number[]) {
  const known = plan.acceptance.map((_, index) => index + 1);
  return [...new Set([...known, ...passed])].map((number) => ({ number, passed: passed.includes(number) }));
}

function refuseWithoutCore({ plan }: Upgrade, passed: number[]): void {
  const missing = plan.acceptance.filter(({ core }, index) => core && !passed.includes(index + 1));
  if (missing.length === 0) return;
  throw invalidInput(
    `Not complete yet: ${missing.length === 1 ? 'a core acceptance check has' : `${missing.length} core acceptance checks have`} not passed.`,
    missing.map(({ check }) => ({ message: check })),
    'Tick each one once it passes. If one cannot pass, ask for a rollback decision with /upgrade rollback.',
  );
}
