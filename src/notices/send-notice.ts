import type { Unit } from '../context.ts';
import { watchbell } from '../context.ts';
import { listTold } from '../outbox/index.ts';
import { append } from '../record/index.ts';
import { handler, type Outcome, type Row } from '../timetable/index.ts';
import { getUpgrade, lockUpgrade } from '../upgrade/store.ts';
import { sendTo } from './address.ts';
import { announcement, reminder } from './messages.ts';
import { findRecipients, type Recipients } from './recipients.ts';
import { whySkipped } from './rules.ts';
import { NoticePayload } from './schemas.ts';

/** A notice is due: those who hear of the window for the first time get all of it, the others a short reminder. */
export const sendNotice = handler<Recipients>({
  kind: 'notice',
  async prepare(context, row) {
    return findRecipients(context, await getUpgrade(context.db, row.teamId, row.upgradeId));
  },
  async decide(unit, row, recipients): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    const { move, ...payload } = NoticePayload.parse(row.payload);
    const skipped = whySkipped({ dueAt: row.dueAt, ...payload }, upgrade, unit.now);
    if (skipped) return { skipped };
    const targets = [...recipients.channels, ...recipients.people];
    await recordAudience(unit, row, recipients);
    if (targets.length === 0) return { skipped: 'the plan names nobody who can be told' };

    const told = new Set(await listTold(unit.tx, upgrade.id, ['notice']));
    const notice = { kind: row.kind, slot: row.slot, plannedFor: row.dueAt };
    const knowing = targets.filter((target) => told.has(target));
    const others = targets.filter((target) => !told.has(target));
    if (knowing.length > 0) {
      const message = reminder(unit.context, upgrade, unit.now, move && { from: move.from, why: move.why });
      await sendTo(unit, upgrade, knowing, { ...notice, message });
    }
    if (others.length > 0) {
      await sendTo(unit, upgrade, others, {
        ...notice,
        message: announcement(unit.context, upgrade, unit.now),
      });
    }
    return 'done';
  },
});

async function recordAudience(
  unit: Unit,
  { teamId, upgradeId, kind, slot }: Row,
  { channels, people, leftOut }: Recipients,
): Promise<void> {
  await append(unit, watchbell(teamId), upgradeId, 'audience.resolved', {
    kind,
    slot,
    channels: channels.length,
    people: people.length,
    leftOut,
  });
}
