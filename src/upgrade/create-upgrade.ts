import { type Actor, type Context, transact } from '../context.ts';
import { notAllowed } from '../errors.ts';
import { append } from '../record/index.ts';
import { mayAct, sayRoles } from './authority.ts';
import { findMember } from './find-member.ts';
import type { ResolvedPlan } from './plan/schema.ts';
import { insertUpgrade, type Upgrade } from './store.ts';
import { deriveWindow } from './window.ts';
import { storable } from './written.ts';

/** A new draft under the workspace's next number. Whoever creates it is its planner. `source`: the file it came from. */
export async function createUpgrade(
  context: Context,
  actor: Actor & { userId: string },
  plan: ResolvedPlan,
  source?: string,
): Promise<Upgrade> {
  const member = await findMember(context, actor);
  const permission = mayAct({ verb: 'plan', roles: ['planner'], member });
  if (!permission.allowed) throw notAllowed(permission.why, `Ask somebody else: ${sayRoles(['none'])} can.`);
  return transact(context, async (unit) => {
    const draft = await insertUpgrade(unit, actor, plan, deriveWindow(plan));
    const from = source && storable(source);
    await append(unit, actor, draft.id, 'upgrade.planned', { title: plan.upgrade, source: from });
    return draft;
  });
}
