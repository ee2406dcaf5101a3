import type { Unit } from '../context.ts';
import { planRows } from '../timetable/index.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { noticeTimes } from '../upgrade/window.ts';
import type { NoticePayload } from './schemas.ts';

/** Where a notice stands in the timetable and in the outbox. Moving the window makes new places. */
export const noticeSlot = (revision: number, offset: string): string => `${revision}:${offset}`;

/** Every notice of the window as it is planned now; those whose time has passed are settled, as skipped, at once. */
export async function planNotices(unit: Unit, upgrade: Upgrade, move?: NoticePayload['move']): Promise<void> {
  const { id, teamId, revision, plan, startsAt } = upgrade;
  const payload: NoticePayload = { revision, plannedAt: unit.now.toISOString(), ...(move ? { move } : {}) };
  await planRows(
    unit,
    noticeTimes(plan, startsAt).map(({ offset, at }) => ({
      teamId,
      upgradeId: id,
      kind: 'notice',
      slot: noticeSlot(revision, offset),
      dueAt: at,
      payload,
    })),
  );
}
