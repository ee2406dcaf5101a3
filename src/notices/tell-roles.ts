import type { Actor, Unit } from '../context.ts';
import type { Renderer } from '../outbox/index.ts';
import type { ResolvedPlan } from '../upgrade/plan/schema.ts';
import { getUpgrade, type Upgrade } from '../upgrade/store.ts';
import { sendTo } from './address.ts';
import { role } from './messages.ts';
import { notIn } from './rules.ts';
import { ToldRole } from './schemas.ts';

export const ROLE_KIND = 'role';

/** Everybody with a role in the plan, each once. */
export function peopleWithRole({ people }: Pick<ResolvedPlan, 'people'>): string[] {
  const { lead, sponsor, deputy, communicator, crisisSpeaker, operations, consulted } = people;
  const all = [lead, sponsor, deputy, communicator, crisisSpeaker, ...operations, ...consulted];
  return [...new Set(all.filter((person) => person !== undefined))];
}

/** Once, when it is scheduled: nobody learns at the window that something is asked of them. */
export async function tellRoles(unit: Unit, upgrade: Upgrade, { userId: by }: Actor): Promise<void> {
  const payload: ToldRole = { by };
  await sendTo(unit, upgrade, peopleWithRole(upgrade.plan), { kind: ROLE_KIND, slot: '1', payload });
}

/** Drawn when it is sent, with the time that holds then. */
export const renderRole: Renderer = async (context, { teamId, upgradeId, target, payload }) => {
  const upgrade = await getUpgrade(context.db, teamId, upgradeId);
  if (upgrade.endedAt) return { withdrawn: notIn(upgrade) };
  return role(context, upgrade, target, ToldRole.parse(payload).by);
};
