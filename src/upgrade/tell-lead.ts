import * as z from 'zod';
import type { Unit } from '../context.ts';
import { type Delivery, enqueue, findDelivery, type NewDelivery, type Renderer } from '../outbox/index.ts';
import { actions, button, textSection } from '../slack/blocks.ts';
import type { SlackFailure } from '../slack/failure.ts';
import type { Message } from '../slack/message.ts';
import { isPerson } from '../slack/target.ts';
import { LATE_POLICY } from '../timetable/index.ts';
import { explainDelay, explainRefusal, sayKind } from './explain-refusal.ts';
import { getUpgrade, keyOf, type Upgrade } from './store.ts';

const REFUSED = 'delivery.failed';
/** Tried for long in vain. */
export const STUCK = 'delivery.stuck';
/** Something planned was given up. */
export const STEP_FAILED = 'timetable.failed';
/** Somebody whom the plan names cannot be told. */
export const LEFT_OUT = 'audience.left-out';
const TELLINGS: readonly string[] = [REFUSED, STUCK, STEP_FAILED, LEFT_OUT];

/** The button under it, whose value is the delivery's id. */
export const RETRY_ACTION = 'delivery.retry';
/** Shows what was sent and what was not; its value is the upgrade's id. */
export const LEDGER_ACTION = 'delivery.ledger';

/**
 * A message that Slack refuses for good, or that gets nowhere for long, is told to the lead, once for each try, with a button
 * to try the former again. Where all access is lost nothing can be told now: one telling a day waits for its return.
 */
export async function tellLead(unit: Unit, delivery: Delivery, failure: SlackFailure): Promise<void> {
  const upgrade = await getUpgrade(unit.tx, delivery.teamId, delivery.upgradeId);
  if (TELLINGS.includes(delivery.kind)) return passOn(unit, upgrade, delivery, failure);
  const telling = { teamId: upgrade.teamId, upgradeId: upgrade.id, target: upgrade.plan.people.lead };
  await enqueue(unit, [{ ...telling, ...contentOf(unit, upgrade, delivery, failure) }]);
}

type Content = Pick<NewDelivery, 'kind' | 'slot' | 'message' | 'payload'>;

function contentOf(unit: Unit, upgrade: Upgrade, delivery: Delivery, failure: SlackFailure): Content {
  if (failure.accessLost) {
    const slot = `access ${unit.now.toISOString().slice(0, 10)}`;
    return { kind: REFUSED, slot, message: accessLost(unit, upgrade, failure) };
  }
  const slot = slotOf(delivery, failure);
  if (failure.kind !== 'refused') {
    const { id, arrivals } = delivery;
    const payload: Stuck = { delivery: id, arrivals, reason: failure.reason };
    return { kind: STUCK, slot, payload };
  }
  return { kind: REFUSED, slot, message: notDelivered(unit, upgrade, delivery, failure) };
}

/**
 * Each delivery is told once, and again when it fails anew after it was mended, or after somebody had it tried again in vain;
 * a live message fails at every change. Of a fan-out to many people one failure of each sort is told.
 */
function slotOf({ id, retries, arrivals, kind, slot, lane }: Delivery, { reason }: SlackFailure): string {
  const time = retries + arrivals;
  // A defect's own words may be longer than a key can be.
  return lane === 'bulk' ? `${kind} ${slot} ${reason.slice(0, 200)} ${time}` : `${id} ${time}`;
}

/** Whoever should have heard of a failure cannot be reached: the next one hears of it instead, the room last. */
async function passOn(
  unit: Unit,
  { teamId, id: upgradeId, plan }: Upgrade,
  { kind, slot, target, message, payload }: Delivery,
  failure: SlackFailure,
): Promise<void> {
  if (failure.kind !== 'refused' || failure.accessLost) return;
  const { lead, sponsor, communicator } = plan.people;
  const hearers = [...new Set([lead, sponsor, communicator, plan.channels.room])];
  const next = hearers[hearers.indexOf(target) + 1];
  if (next === undefined) return;
  const content = target === lead && message ? insteadOfLead(message) : message;
  await enqueue(unit, [
    { teamId, upgradeId, kind, slot, target: next, message: content ?? undefined, payload },
  ]);
}

const INSTEAD = 'The lead of this upgrade should hear this, and cannot be reached by direct message.';

const insteadOfLead = (message: Message): Message => ({
  ...message,
  text: `${INSTEAD}\n${message.text}`,
  blocks: [textSection(INSTEAD), ...message.blocks],
});

const accessLost = (unit: Unit, upgrade: Upgrade, { reason }: SlackFailure): Message =>
  unit.context.templates.render('access-lost', {
    key: keyOf(upgrade),
    zone: upgrade.plan.window.timezone,
    since: unit.now,
    reason,
  });

function notDelivered(unit: Unit, upgrade: Upgrade, delivery: Delivery, { reason }: SlackFailure): Message {
  const { id, target, lane } = delivery;
  const message = unit.context.templates.render('delivery-failed', {
    ...namesOf(upgrade, delivery),
    ...explainRefusal(reason, target),
    reason,
    more: lane === 'bulk',
  });
  const again = button({ text: 'Try again', actionId: RETRY_ACTION, value: id });
  return { ...message, blocks: [...message.blocks, actions([again, ledgerButton(upgrade)])] };
}

/** What a message about one that gets nowhere keeps: which one, how often it had arrived before, and Slack's code. */
const Stuck = z.object({ delivery: z.uuid(), arrivals: z.int(), reason: z.string() });
type Stuck = z.infer<typeof Stuck>;

/** Drawn when it is sent: by then what it speaks of may have arrived. */
export const renderStuck: Renderer = async ({ db, templates }, { teamId, upgradeId, target, payload }) => {
  const { delivery: id, arrivals, reason } = Stuck.parse(payload);
  const upgrade = await getUpgrade(db, teamId, upgradeId);
  const delivery = await findDelivery(db, teamId, id);
  if (delivery?.state !== 'pending' || delivery.arrivals > arrivals)
    return { withdrawn: LATE_POLICY[STUCK].leftOut.arrived };
  const message = templates.render('delivery-stuck', {
    ...namesOf(upgrade, delivery),
    ...explainDelay(reason),
    reason,
    zone: upgrade.plan.window.timezone,
    planned: delivery.plannedFor,
    doubtful: delivery.doubtful,
  });
  const told = target === upgrade.plan.people.lead ? message : insteadOfLead(message);
  return { ...told, blocks: [...told.blocks, actions([ledgerButton(upgrade)])] };
};

const namesOf = (upgrade: Upgrade, { kind, target }: Delivery) => ({
  key: keyOf(upgrade),
  title: upgrade.plan.upgrade,
  kind: sayKind(kind),
  person: isPerson(target) ? target : null,
  channel: isPerson(target) ? null : target,
});

const ledgerButton = ({ id }: Upgrade) =>
  button({ text: 'All deliveries', actionId: LEDGER_ACTION, value: String(id) });
