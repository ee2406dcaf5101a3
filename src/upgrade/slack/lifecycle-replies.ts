import { differenceInMinutes } from 'date-fns';
import type { Problem } from '../../errors.ts';
import { actions, button } from '../../slack/blocks.ts';
import type { Message } from '../../slack/message.ts';
import type { Call } from '../../slack/surface.ts';
import { sayMinutes } from '../../templates/values.ts';
import { findMember } from '../find-member.ts';
import { mayFollow } from '../lifecycle.ts';
import { findOffer, offersFor } from '../offers.ts';
import type { Rescheduled } from '../reschedule-upgrade.ts';
import { readSituation } from '../situation.ts';
import { keyOf, type Upgrade } from '../store.ts';
import {
  deriveWindow,
  heartbeatSlot,
  latestSlot,
  noticeTimes,
  surveyDays,
  toPointOfNoReturn,
} from '../window.ts';

export type ReplyName =
  | 'scheduled'
  | 'moved'
  | 'cancelled'
  | 'started'
  | 'verifying'
  | 'completed'
  | 'rolled-back'
  | 'closed'
  | 'status'
  | 'issue'
  | 'resolved';

/** Says privately what happened and what comes next, with the buttons of what this person can do now. */
export async function answer(
  call: Call,
  upgrade: Upgrade,
  reply: ReplyName,
  data: Record<string, unknown> = {},
): Promise<void> {
  const { context } = call;
  const common = commonData(upgrade, context.clock.now());
  const message = context.templates.render(`reply-${reply}`, { ...common, ...data });
  await call.reply(await withOffers(call, upgrade, message));
}

async function withOffers({ context, actor }: Call, upgrade: Upgrade, message: Message): Promise<Message> {
  const person = { userId: actor.userId, member: await findMember(context, actor) };
  const buttons = offersFor(upgrade, person, await readSituation(context, upgrade));
  return buttons.length > 0 ? { ...message, blocks: [...message.blocks, actions(buttons)] } : message;
}

/** What every reply may speak of. */
export function commonData(upgrade: Upgrade, now: Date): Record<string, unknown> {
  const { plan, startsAt, endsAt } = upgrade;
  const window = deriveWindow(plan, startsAt);
  return {
    key: keyOf(upgrade),
    title: plan.upgrade,
    zone: window.zone,
    start: startsAt,
    end: endsAt,
    from_version: plan.versions.from,
    lead: plan.people.lead,
    sponsor: plan.people.sponsor,
    communicator: plan.people.communicator,
    no_return: window.pointOfNoReturn,
    to_no_return: toPointOfNoReturn(window, now),
    undecided: mayFollow(upgrade.state, 'ask_rollback'),
    heartbeat: nextHeartbeat(upgrade, now),
  };
}

/** When the next regular update is due; null while none is. */
function nextHeartbeat({ startedAt, endedAt, plan }: Upgrade, now: Date): Date | null {
  if (!startedAt || endedAt) return null;
  const interval = plan.communication.heartbeat;
  return heartbeatSlot(startedAt, interval, Math.max(0, latestSlot(startedAt, interval, now)) + 1);
}

export function scheduledData({ plan, startsAt }: Upgrade, warnings: Problem[], now: Date) {
  const times = noticeTimes(plan, startsAt);
  return {
    warnings: warnings.map(({ message }) => message),
    first_notice: times.find(({ at }) => at > now)?.at ?? null,
    missed: times.filter(({ at }) => at <= now).map(({ minutes }) => sayMinutes(minutes)),
  };
}

export const movedData = ({ upgrade, from, warnings }: Rescheduled, now: Date) => ({
  ...scheduledData(upgrade, warnings, now),
  from,
});

/** Asks before it starts after the point of no return; the buttons are the answers. */
export async function askAboutLateStart(call: Call, upgrade: Upgrade): Promise<void> {
  const { templates, clock } = call.context;
  const now = clock.now();
  const message = templates.render('reply-start-late', commonData(upgrade, now));
  const [start, move] = [findOffer(upgrade, 'start', now), findOffer(upgrade, 'reschedule', now)];
  // The message is the question: a dialog on top of it would ask twice.
  const buttons = [start && button({ ...start, confirm: undefined }), move && button(move)];
  const row = actions(buttons.filter((each) => each !== undefined));
  await call.reply({ ...message, blocks: [...message.blocks, row] });
}

/** In minutes; a quarter of an hour off is as planned. */
export function startedData({ startsAt, startedAt }: Upgrade) {
  const late = differenceInMinutes(startedAt ?? startsAt, startsAt);
  return { late: late > TOLERANCE ? late : 0 };
}

const TOLERANCE = 15;

export function completedData({ plan, startedAt, endsAt, endedAt }: Upgrade, passed: readonly number[]) {
  return {
    took: endedAt && startedAt ? differenceInMinutes(endedAt, startedAt) : 0,
    over: endedAt ? Math.max(0, differenceInMinutes(endedAt, endsAt)) : 0,
    failed: plan.acceptance.filter((_, index) => !passed.includes(index + 1)).map(({ check }) => check),
    survey_days: surveyDays(plan) ?? null,
  };
}
