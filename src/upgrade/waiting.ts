import type { Waiting, WaitingItem } from '../slice.ts';
import { decideNow } from './decide-now.ts';
import { findOpenDecision } from './find-open-decision.ts';
import { RUNNING, type State, type Verb } from './lifecycle.ts';
import { findOffer, titleOf } from './offers.ts';
import { listUpgrades, type Upgrade } from './store.ts';

const LEADING: readonly State[] = ['draft', 'scheduled', ...RUNNING];

/** What waits for the lead of an upgrade: the next step that its state and the hour ask for, where it can be taken now. */
export const waiting: Waiting = async ({ db, clock }, { teamId, userId }) => {
  const now = clock.now();
  const upgrades = await listUpgrades(db, teamId, { userId, states: LEADING });
  const theirs = upgrades.filter(({ plan }) => plan.people.lead === userId);
  const items = await Promise.all(
    theirs.map(async (upgrade) => {
      const step = nextStep(upgrade, now);
      const decision = step?.verb === 'complete' ? await findOpenDecision(db, upgrade) : undefined;
      const possible = step && 'to' in decideNow(upgrade, step.verb, { now, decision });
      return possible ? item(upgrade, step, now) : undefined;
    }),
  );
  return items.filter((each) => each !== undefined);
};

interface Step {
  verb: Verb;
  what: string;
}

function nextStep({ state, startsAt, endsAt }: Upgrade, now: Date): Step | undefined {
  switch (state) {
    case 'draft':
      return startsAt > now ? { verb: 'schedule', what: 'waits to be scheduled.' } : undefined;
    case 'scheduled':
      if (endsAt <= now) return { verb: 'reschedule', what: 'was not started in its window. Move it?' };
      return { verb: 'start', what: startsAt <= now ? 'should have started by now.' : 'can be started now.' };
    case 'in_progress':
      if (endsAt > now) return undefined;
      return { verb: 'verify', what: 'has reached the end of its window. Is the work done?' };
    case 'verifying':
      return { verb: 'complete', what: 'waits for its acceptance checks.' };
    case 'rolling_back':
      return { verb: 'rolled_back', what: 'is being rolled back: say when the old version runs again.' };
    default:
      return undefined;
  }
}

function item(upgrade: Upgrade, { verb, what }: Step, now: Date): WaitingItem | undefined {
  const button = findOffer(upgrade, verb, now);
  return button && { upgradeId: upgrade.id, text: `${titleOf(upgrade)} ${what}`, button };
}
