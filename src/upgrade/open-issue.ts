import type { Actor, Context } from '../context.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { type Issue, insertIssue, type Upgrade } from './store.ts';
import { readText } from './written.ts';

/** Something stands in the way; it is shown until it is resolved. */
export async function openIssue(
  context: Context,
  actor: Actor & { userId: string },
  upgradeId: number,
  text: string,
): Promise<{ upgrade: Upgrade; issue: Issue }> {
  return perform(context, { actor, upgradeId, verb: 'issue' }, async (unit, { upgrade }) => {
    const issue = await insertIssue(unit, upgrade, actor.userId, readText(text, 'An issue'));
    await append(unit, actor, upgradeId, 'issue.opened', { number: issue.number, text: issue.text });
    return { upgrade, issue };
  });
}
