import { subMinutes } from 'date-fns';
import { and, eq } from 'drizzle-orm';
import type { Watchbell } from '../../../src/app.ts';
import { transact, type Unit } from '../../../src/context.ts';
import { FRESH } from '../../../src/heartbeat/schemas.ts';
import { touch } from '../../../src/outbox/index.ts';
import { planRows } from '../../../src/timetable/index.ts';
import { timetable } from '../../../src/timetable/tables.ts';
import type { ResolvedPlan } from '../../../src/upgrade/plan/schema.ts';
import { insertUpgrade, type Upgrade, updateUpgrade } from '../../../src/upgrade/store.ts';
import { deriveWindow } from '../../../src/upgrade/window.ts';
import { shippedPlan } from '../../support/context.ts';
import { RecordingSlack } from '../../support/recording-slack.ts';
import { roomOf } from '../places.ts';

/** Windows that are running, each with its headline in its own room, as they are half an hour after their start. */
export async function openWindows(
  app: Watchbell,
  count: number,
  change: Partial<ResolvedPlan> = {},
): Promise<Upgrade[]> {
  const plan = { ...(await shippedPlan(new RecordingSlack())), ...change };
  const lead = { teamId: app.teamId, userId: plan.people.lead };
  return transact(app.context, async (unit) => {
    const opened: Upgrade[] = [];
    for (let index = 0; index < count; index++) {
      const room = roomOf(index);
      const draft = await insertUpgrade(
        unit,
        lead,
        { ...plan, channels: { ...plan.channels, room } },
        deriveWindow(plan, unit.now),
      );
      opened.push(
        await updateUpgrade(unit, draft, { state: 'in_progress', startedAt: unit.now, revision: 1 }),
      );
      const { teamId, id } = draft;
      await touch(unit, { teamId, upgradeId: id, kind: 'headline', slot: 'room', target: room, pin: true });
    }
    return opened;
  });
}

/** Plans the heartbeat of this number of a running window for this instant, wherever it was planned before. */
export async function planBeat(unit: Unit, upgrade: Upgrade, number: number, dueAt: Date): Promise<void> {
  const startedAt = subMinutes(dueAt, number * upgrade.plan.communication.heartbeat);
  await updateUpgrade(unit, upgrade, { startedAt });
  const { teamId, id } = upgrade;
  const slot = String(number);
  await unit.tx
    .delete(timetable)
    .where(and(eq(timetable.upgradeId, id), eq(timetable.kind, 'heartbeat'), eq(timetable.slot, slot)));
  await planRows(unit, [{ teamId, upgradeId: id, kind: 'heartbeat', slot, dueAt, payload: FRESH }]);
}
