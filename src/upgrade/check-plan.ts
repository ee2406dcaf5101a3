import { isDeepStrictEqual } from 'node:util';
import type { Actor, Context } from '../context.ts';
import { invalidInput, type Problem, wrongState } from '../errors.ts';
import type { SlackClient } from '../slack/port.ts';
import { PATIENCE, slackDirectory } from './directory.ts';
import { resolveReferences } from './plan/references.ts';
import type { ResolvedPlan } from './plan/schema.ts';
import { getUpgrade, type Upgrade } from './store.ts';

/** What Slack says now about the people and channels of a plan that was valid when it was written. */
export interface PlanCheck {
  plan: ResolvedPlan;
  problems: Problem[];
}

/** Asks Slack, outside of any transaction, whether everybody is still there and the bot still in every channel. */
export async function checkPlan(
  context: Context,
  actor: Actor,
  upgradeId: number,
  patienceMs = PATIENCE.other,
): Promise<PlanCheck> {
  const { plan } = await getUpgrade(context.db, actor.teamId, upgradeId);
  const slack = context.slack.of(actor.teamId);
  const { problems = [] } = await resolveReferences(plan, slackDirectory(slack, actor.teamId, patienceMs));
  return { plan, problems: await Promise.all(problems.map((problem) => withName(slack, problem))) };
}

/** Throws where the plan cannot be relied on: for what `checkPlan` found, or since it was changed meanwhile. */
export function refuseUnlessSound(upgrade: Upgrade, { plan, problems }: PlanCheck): void {
  if (!isDeepStrictEqual(plan, upgrade.plan)) {
    throw wrongState(
      'The plan was changed by somebody else at this very moment.',
      'Look at it with /upgrade show, then try again.',
    );
  }
  if (problems.length > 0) {
    throw invalidInput(
      'The plan names people or channels that cannot be used any more.',
      problems,
      'Mend these, then try again. Nothing was changed.',
    );
  }
}

/** A resolved plan holds Slack ids; people read names. */
async function withName(slack: SlackClient, problem: Problem): Promise<Problem> {
  const [id = ''] = problem.message.split(' ', 1);
  const name = /^[UW][A-Z0-9]+$/.test(id)
    ? (await slack.recentUser(id))?.displayName
    : (await slack.channel(id))?.name.replace(/^/, '#');
  return name ? { ...problem, message: problem.message.replace(id, name) } : problem;
}
