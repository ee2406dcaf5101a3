import { type Renderer, wasSent } from '../outbox/index.ts';
import { handler, LATE_POLICY, type Outcome } from '../timetable/index.ts';
import { getUpgrade, lockUpgrade } from '../upgrade/store.ts';
import { sendTo } from './address.ts';
import { announcement, reminder } from './messages.ts';
import { findRecipients, type Recipients, recordAudience } from './recipients.ts';
import { whySkipped } from './rules.ts';
import { NoticePayload, SentNotice } from './schemas.ts';

/** A notice is due: whoever is affected by the facts of this moment is told. */
export const sendNotice = handler<Recipients>({
  kind: 'notice',
  async prepare(context, row) {
    return findRecipients(context, await getUpgrade(context.db, row.teamId, row.upgradeId));
  },
  async decide(unit, row, recipients): Promise<Outcome> {
    const upgrade = await lockUpgrade(unit, row.teamId, row.upgradeId);
    const skipped = whySkipped({ ...NoticePayload.parse(row.payload), dueAt: row.dueAt }, upgrade, unit.now);
    if (skipped) return { skipped };
    const targets = [...recipients.channels, ...recipients.people];
    await recordAudience(unit, row, recipients);
    if (targets.length === 0) return { skipped: LATE_POLICY.notice.leftOut.nobody };

    // Drawn when it is sent: until then the window may move, begin, or come closer than it is now.
    await sendTo(unit, upgrade, targets, {
      kind: row.kind,
      slot: row.slot,
      payload: { ...row.payload, dueAt: row.dueAt.toISOString() },
      plannedFor: row.dueAt,
    });
    return 'done';
  },
});

/** Those who hear of the window for the first time get all of it, the others a short reminder. */
export const renderNotice: Renderer = async (context, { teamId, upgradeId, kind, target, payload }) => {
  const upgrade = await getUpgrade(context.db, teamId, upgradeId);
  const { move, ...notice } = SentNotice.parse(payload);
  const now = context.clock.now();
  const skipped = whySkipped(notice, upgrade, now);
  if (skipped) return { withdrawn: skipped };
  const told = await wasSent(context.db, upgradeId, [kind], target);
  return told
    ? reminder(context, upgrade, now, move && { from: move.from, why: move.why })
    : announcement(context, upgrade, now);
};
