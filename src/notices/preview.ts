import { addMinutes } from 'date-fns';
import type { Context } from '../context.ts';
import { listTold } from '../outbox/index.ts';
import type { PreviewItem } from '../slice.ts';
import { listRows, type Row } from '../timetable/index.ts';
import { rolesOf } from '../upgrade/authority.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { type NoticeTime, noticeTimes } from '../upgrade/window.ts';
import { announcement, completed, notStarted, reminder, role, startAwaited, started } from './messages.ts';
import { noticeSlot } from './plan-notices.ts';
import { findRecipients, type Recipients } from './recipients.ts';
import { START_WATCH } from './rules.ts';
import { peopleWithRole } from './tell-roles.ts';

/** Who hears of their role, every notice with its time and addressees, and how start, delay and end are told. */
export async function previewNotices(context: Context, upgrade: Upgrade): Promise<PreviewItem[]> {
  const recipients = await findRecipients(context, upgrade);
  const to = await sayRecipients(context, upgrade, recipients);
  const room = await nameChannel(context, upgrade, upgrade.plan.channels.room);
  const wide = to === NOBODY ? room : `${room}, ${to}`;
  return [
    ...(await previewRoles(context, upgrade)),
    ...(await previewTimed(context, upgrade, to)),
    ...previewDelay(context, upgrade, { room, to }),
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

/** One for each set of roles that somebody has; they have it already once it is scheduled. */
async function previewRoles(context: Context, upgrade: Upgrade): Promise<PreviewItem[]> {
  if (upgrade.state !== 'draft') return [];
  const alike = new Map<string, string[]>();
  for (const person of peopleWithRole(upgrade.plan)) {
    const roles = rolesOf(upgrade.plan, person).join();
    alike.set(roles, [...(alike.get(roles) ?? []), person]);
  }
  return [...alike.values()].map((people) => ({
    at: undefined,
    what: 'role in it, as soon as it is scheduled',
    to: people.join(', '),
    message: role(context, upgrade, people[0] ?? '', upgrade.createdBy),
  }));
}

/** What is said where nobody starts it in time. */
function previewDelay(
  context: Context,
  upgrade: Upgrade,
  { room, to }: { room: string; to: string },
): PreviewItem[] {
  const [awaited, overdue] = (['start.awaited', 'start.overdue'] as const).map((watch) =>
    addMinutes(upgrade.startsAt, START_WATCH[watch]),
  ) as [Date, Date];
  const what = 'only where it has not been started by then';
  const scheduled: Upgrade = { ...upgrade, state: 'scheduled' };
  return [
    { at: awaited, what, to: room, message: startAwaited(context, scheduled, awaited) },
    { at: overdue, what, to: room, message: startAwaited(context, scheduled, overdue) },
    ...(to === NOBODY ? [] : [{ at: overdue, what, to, message: notStarted(context, scheduled, overdue) }]),
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
