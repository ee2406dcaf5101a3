import type { Context } from '../context.ts';
import { listTold } from '../outbox/index.ts';
import type { PreviewItem } from '../slice.ts';
import { listRows, type Row } from '../timetable/index.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { type NoticeTime, noticeTimes } from '../upgrade/window.ts';
import { announcement, completed, reminder, started } from './messages.ts';
import { noticeSlot } from './plan-notices.ts';
import { findRecipients, type Recipients } from './recipients.ts';

/** Every notice with its time and addressees, and how start and end are told. */
export async function previewNotices(context: Context, upgrade: Upgrade): Promise<PreviewItem[]> {
  const recipients = await findRecipients(context, upgrade);
  const to = await sayRecipients(context, upgrade, recipients);
  const room = await nameChannel(context, upgrade, upgrade.plan.channels.room);
  const wide = to === NOBODY ? room : `${room}, ${to}`;
  return [
    ...(await previewTimed(context, upgrade, to)),
    {
      at: upgrade.startsAt,
      what: 'started',
      to: wide,
      message: started(context, upgrade, upgrade.startsAt),
    },
    {
      at: undefined,
      what: 'completed',
      to: wide,
      message: completed(context, upgrade, {}),
    },
  ];
}

async function previewTimed(context: Context, upgrade: Upgrade, to: string): Promise<PreviewItem[]> {
  const { db, clock } = context;
  const rows = await listRows(db, upgrade.teamId, upgrade.id);
  const told = await listTold(db, upgrade.id, ['notice']);
  let announced = told.length > 0;
  return noticeTimes(upgrade.plan, upgrade.startsAt).map((time) => {
    const skipped = whyNotSent(upgrade, rows, time, clock.now());
    const known = announced;
    announced ||= !skipped;
    return {
      at: time.at,
      what: `${known ? 'reminder' : 'announcement'}, ${time.offset} before`,
      to,
      message: (known ? reminder : announcement)(context, upgrade, time.at),
      ...(skipped ? { skipped } : {}),
    };
  });
}

function whyNotSent(
  upgrade: Upgrade,
  rows: Row[],
  { offset, at }: NoticeTime,
  now: Date,
): string | undefined {
  const slot = noticeSlot(upgrade.revision, offset);
  const row = rows.find((each) => each.kind === 'notice' && each.slot === slot);
  if (row) return row.state === 'done' || row.state === 'planned' ? undefined : (row.reason ?? row.state);
  return at < now ? 'its time has passed already' : undefined;
}

const NOBODY = 'nobody: the plan names no announce channel and no audience';

/** `#all-staff, #sales and 6 people in direct messages`. */
async function sayRecipients(
  context: Context,
  upgrade: Upgrade,
  { channels, people }: Recipients,
): Promise<string> {
  const names = await Promise.all(channels.map((id) => nameChannel(context, upgrade, id)));
  const count = people.length === 1 ? '1 person' : `${people.length} people`;
  const parts = [names.join(', '), people.length > 0 ? `${count} in direct messages` : ''].filter(Boolean);
  return parts.join(' and ') || NOBODY;
}

async function nameChannel(context: Context, upgrade: Upgrade, id: string): Promise<string> {
  const channel = await context.slack.of(upgrade.teamId).channel(id);
  return channel ? `#${channel.name}` : id;
}
