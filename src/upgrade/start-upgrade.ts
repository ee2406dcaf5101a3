import { formatDistanceStrict } from 'date-fns';
import type { Actor, Context } from '../context.ts';
import { wrongState } from '../errors.ts';
import { append } from '../record/index.ts';
import { perform } from './perform.ts';
import { keyOf, type Upgrade, updateUpgrade } from './store.ts';

const DAY_MS = 24 * 60 * 60_000;

/**
 * The window's work begins now; heartbeats count from here. More than a day early, or after the planned end, it is
 * refused: people were told another time, so the window has to be moved first.
 */
export async function startUpgrade(context: Context, actor: Actor, upgradeId: number): Promise<Upgrade> {
  return perform(context, { actor, upgradeId, verb: 'start' }, async (unit, { upgrade, to }) => {
    refuseUnexpected(upgrade, unit.now);
    const started = await updateUpgrade(unit, upgrade, { state: to, startedAt: unit.now });
    await append(unit, actor, upgradeId, 'upgrade.started', { plannedStart: upgrade.startsAt.toISOString() });
    return started;
  });
}

function refuseUnexpected(upgrade: Upgrade, now: Date): void {
  const { startsAt, endsAt } = upgrade;
  const move = `Move it first, so that everyone hears the new time: /upgrade reschedule ${keyOf(upgrade)} in 30 minutes`;
  if (startsAt.getTime() - now.getTime() > DAY_MS) {
    const distance = formatDistanceStrict(startsAt, now);
    throw wrongState(
      `${keyOf(upgrade)} is planned to start in ${distance}, and nobody expects it today.`,
      move,
    );
  }
  if (now >= endsAt) {
    const distance = formatDistanceStrict(endsAt, now);
    throw wrongState(`The planned window of ${keyOf(upgrade)} ended ${distance} ago.`, move);
  }
}
