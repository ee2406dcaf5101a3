import { addMinutes } from 'date-fns';
import type { Context, Unit } from '../context.ts';
import { cancelDeliveries, listTold, type Renderer } from '../outbox/index.ts';
import type { Message } from '../slack/message.ts';
import { cancelRows, handler, type Outcome, planRows } from '../timetable/index.ts';
import { getUpgrade, lockUpgrade, type Upgrade } from '../upgrade/store.ts';
import { sendTo } from './address.ts';
import { notStarted, startAwaited } from './messages.ts';
import { START_WATCH, type StartWatch, whyNotAwaited } from './rules.ts';

const AWAITED: StartWatch = 'start.awaited';
const OVERDUE: StartWatch = 'start.overdue';
/** What those hear who were told of the window. */
const NOT_STARTED = 'notice.not_started';

/** The window as it is planned now: somebody has to start it, move it or cancel it. Its revision is the rows' slot. */
export async function planStartWatch(unit: Unit, upgrade: Upgrade): Promise<void> {
  const { id: upgradeId, teamId, revision, startsAt } = upgrade;
  const row = { teamId, upgradeId, slot: String(revision) };
  await planRows(
    unit,
    [AWAITED, OVERDUE].map((kind) => ({ ...row, kind, dueAt: addMinutes(startsAt, START_WATCH[kind]) })),
  );
}

/** Started, moved or cancelled: nothing of it is to be said any more. */
export async function endStartWatch(unit: Unit, upgradeId: number, reason: string): Promise<void> {
  await cancelRows(unit, upgradeId, [AWAITED, OVERDUE], reason);
  await cancelDeliveries(unit, upgradeId, [AWAITED, OVERDUE, NOT_STARTED], reason);
}

/** Nobody has started it: the lead is asked in the room. */
export const awaitStart = handler({
  kind: AWAITED,
  async decide(unit, row): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    const { kind, slot, dueAt: plannedFor } = row;
    const skipped = whyNotAwaited(AWAITED, slot, upgrade, unit.now);
    if (skipped) return { skipped };
    await sendTo(unit, upgrade, [upgrade.plan.channels.room], { kind, slot, plannedFor });
    return 'done';
  },
});

/** Still nobody: the sponsor is asked too, and everybody who counts on the planned time hears that it does not hold. */
export const callOverdue = handler({
  kind: OVERDUE,
  async decide(unit, row): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    const { kind, slot, dueAt: plannedFor } = row;
    const skipped = whyNotAwaited(OVERDUE, slot, upgrade, unit.now);
    if (skipped) return { skipped };
    const { room } = upgrade.plan.channels;
    const told = await listTold(unit.tx, upgrade.id, ['notice']);
    await sendTo(unit, upgrade, [room], { kind, slot, plannedFor });
    await sendTo(
      unit,
      upgrade,
      told.filter((target) => target !== room),
      { kind: NOT_STARTED, slot, plannedFor },
    );
    return 'done';
  },
});

/** Drawn when they are sent: until then it may be started, moved or cancelled after all. */
export const startRenderers: Record<string, Renderer> = {
  [AWAITED]: whileAwaited(AWAITED, startAwaited),
  [OVERDUE]: whileAwaited(OVERDUE, startAwaited),
  [NOT_STARTED]: whileAwaited(OVERDUE, notStarted),
};

function whileAwaited(
  watch: StartWatch,
  draw: (context: Context, upgrade: Upgrade, now: Date) => Message,
): Renderer {
  return async (context, { teamId, upgradeId, slot }) => {
    const upgrade = await getUpgrade(context.db, teamId, upgradeId);
    const now = context.clock.now();
    const withdrawn = whyNotAwaited(watch, slot, upgrade, now);
    return withdrawn ? { withdrawn } : draw(context, upgrade, now);
  };
}
