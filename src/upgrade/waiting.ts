import type { Waiting, WaitingItem } from '../slice.ts';
import type { State, Verb } from './lifecycle.ts';
import { findOffer, titleOf } from './offers.ts';
import { listUpgrades, type Upgrade } from './store.ts';

const SOON_MS = 60 * 60_000;
const LEADING: readonly State[] = ['draft', 'scheduled', 'in_progress', 'verifying', 'rolling_back'];

/** What waits for the lead of an upgrade: the next step that its state and the hour ask for. */
export const waiting: Waiting = async ({ db, clock }, { teamId, userId }) => {
  const upgrades = await listUpgrades(db, teamId, { userId, states: LEADING });
  return upgrades
    .filter(({ plan }) => plan.people.lead === userId)
    .flatMap((upgrade) => nextStep(upgrade, clock.now()) ?? []);
};

function nextStep(upgrade: Upgrade, now: Date): WaitingItem | undefined {
  const { startsAt, endsAt } = upgrade;
  switch (upgrade.state) {
    case 'draft':
      return item(upgrade, 'schedule', startsAt > now ? 'waits to be scheduled.' : undefined);
    case 'scheduled': {
      if (startsAt <= now) return item(upgrade, 'start', 'should have started by now.');
      const soon = startsAt.getTime() - now.getTime() <= SOON_MS;
      return item(upgrade, 'start', soon ? 'starts within the hour.' : undefined);
    }
    case 'in_progress':
      return item(
        upgrade,
        'verify',
        endsAt <= now ? 'has reached the end of its window. Is the work done?' : undefined,
      );
    case 'verifying':
      return item(upgrade, 'complete', 'waits for its acceptance checks.');
    case 'rolling_back':
      return item(upgrade, 'rolled_back', 'is being rolled back: say when the old version runs again.');
    default:
      return undefined;
  }
}

function item(upgrade: Upgrade, verb: Verb, what: string | undefined): WaitingItem | undefined {
  const button = findOffer(upgrade, verb);
  if (!what || !button) return undefined;
  return { upgradeId: upgrade.id, text: `${titleOf(upgrade)} ${what}`, button };
}
