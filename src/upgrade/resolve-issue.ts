import type { Actor, Context } from '../context.ts';
import { invalidInput, wrongState } from '../errors.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type Issue, isOpen, listIssues, resolveIssueRow, type Upgrade } from './store.ts';

/** `stillOpen` are the issues that remain. An issue that was resolved before is refused, with by whom. */
export async function resolveIssue(
  context: Context,
  actor: Actor & { userId: string },
  upgradeId: number,
  number: number,
): Promise<{ upgrade: Upgrade; issue: Issue; stillOpen: Issue[] }> {
  const names = await namesOfResolvers(context, actor.teamId, upgradeId);
  return perform(context, { actor, upgradeId, verb: 'resolve' }, async (unit, { upgrade }) => {
    const issues = await listIssues(unit.tx, upgradeId);
    const issue = issues.find((each) => each.number === number);
    const stillOpen = issues.filter((each) => isOpen(each) && each !== issue);
    if (!issue) throw invalidInput(`There is no issue ${number} here.`, [], sayOpen(stillOpen));
    if (!isOpen(issue)) {
      const by = names.get(issue.resolvedBy ?? '') ?? 'somebody else just now';
      throw wrongState(`Issue ${number} was already resolved, by ${by}.`, sayOpen(stillOpen));
    }
    await resolveIssueRow(unit, upgrade, number, actor.userId);
    await append(unit, actor, upgradeId, 'issue.resolved', { number, text: issue.text });
    return { upgrade, issue, stillOpen };
  });
}

function sayOpen(open: Issue[]): string {
  if (open.length === 0) return 'No issue is open.';
  return `Open: ${open.map(({ number }) => number).join(', ')}.`;
}

/** Read before the transaction, since Slack is asked. */
async function namesOfResolvers(
  context: Context,
  teamId: string,
  upgradeId: number,
): Promise<Map<string, string>> {
  const slack = context.slack.of(teamId);
  const issues = await listIssues(context.db, upgradeId);
  const ids = [...new Set(issues.map((issue) => issue.resolvedBy).filter((id) => id !== null))];
  const users = await Promise.all(ids.map((id) => slack.recentUser(id)));
  return new Map(users.flatMap((user) => (user ? [[user.id, `@${user.displayName}`]] : [])));
}
