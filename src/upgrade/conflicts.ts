import type { Problem } from '../errors.ts';
import { RUNNING, STATE_NAMES, type State } from './lifecycle.ts';
import { keyOf, type Upgrade } from './store.ts';

/** Upgrades whose windows count: what is a draft or over disturbs nobody. */
export const OCCUPYING: readonly State[] = ['scheduled', ...RUNNING];

/** Warnings about others whose planned windows overlap on the same system, audience channel, sponsor or lead. */
export function findConflicts(upgrade: Upgrade, others: readonly Upgrade[]): Problem[] {
  return others
    .filter((other) => other.id !== upgrade.id && OCCUPYING.includes(other.state) && overlap(upgrade, other))
    .map((other) => ({ other, shared: sharedBetween(upgrade, other) }))
    .filter(({ shared }) => shared.length > 0)
    .map(({ other, shared }) => ({
      path: 'window.start',
      message: `The window overlaps with ${keyOf(other)} (${other.plan.upgrade}), which is ${STATE_NAMES[other.state]}: same ${shared.join(', same ')}.`,
    }));
}

const overlap = (one: Upgrade, other: Upgrade): boolean =>
  one.startsAt < other.endsAt && other.startsAt < one.endsAt;

function sharedBetween({ plan: one }: Upgrade, { plan: other }: Upgrade): string[] {
  const shared: [string, boolean][] = [
    ['system', one.system.toLowerCase() === other.system.toLowerCase()],
    ['lead', one.people.lead === other.people.lead],
    ['sponsor', one.people.sponsor === other.people.sponsor],
    ['audience channel', one.audience.channels.some((id) => other.audience.channels.includes(id))],
  ];
  return shared.filter(([, same]) => same).map(([what]) => what);
}
