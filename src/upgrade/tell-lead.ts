import type { Unit } from '../context.ts';
import { type Delivery, enqueue } from '../outbox/index.ts';
import { actions, button } from '../slack/blocks.ts';
import type { SlackFailure } from '../slack/failure.ts';
import type { Message } from '../slack/message.ts';
import { getUpgrade, keyOf, type Upgrade } from './store.ts';

const KIND = 'delivery.failed';

/** The button under it, whose value is the delivery's id. */
export const RETRY_ACTION = 'delivery.retry';
/** Shows what was sent and what was not; its value is the upgrade's id. */
export const LEDGER_ACTION = 'delivery.ledger';

/**
 * A message that Slack refuses for good is told to the lead, once for each try, with a button to try it again; never one
 * of these tellings itself. Where all access is lost nothing can be told now: one telling a day waits for its return.
 */
export async function tellLead(unit: Unit, delivery: Delivery, failure: SlackFailure): Promise<void> {
  if (delivery.kind === KIND) return;
  const upgrade = await getUpgrade(unit.tx, delivery.teamId, delivery.upgradeId);
  const { teamId, id: upgradeId } = upgrade;
  const lost = failure.accessLost;
  const message = lost ? accessLost(unit, upgrade, failure) : notDelivered(unit, upgrade, delivery, failure);
  const slot = lost ? `access ${unit.now.toISOString().slice(0, 10)}` : slotOf(delivery, failure);
  await enqueue(unit, [{ teamId, upgradeId, kind: KIND, slot, target: upgrade.plan.people.lead, message }]);
}

/**
 * Each delivery is told once, and again when somebody had it tried again in vain; a live message fails at every change.
 * Of a fan-out to many people one refusal of each sort is told; the others stand in the ledger.
 */
const slotOf = ({ id, retries, kind, slot, lane }: Delivery, { reason }: SlackFailure): string =>
  lane === 'bulk' && retries === 0 ? `${kind} ${slot} ${reason}` : `${id} ${retries}`;

const accessLost = (unit: Unit, upgrade: Upgrade, { reason }: SlackFailure): Message =>
  unit.context.templates.render('access-lost', {
    key: keyOf(upgrade),
    zone: upgrade.plan.window.timezone,
    since: unit.now,
    reason,
  });

function notDelivered(
  unit: Unit,
  upgrade: Upgrade,
  { id, target, kind, lane }: Delivery,
  { reason }: SlackFailure,
): Message {
  const message = unit.context.templates.render('delivery-failed', {
    key: keyOf(upgrade),
    title: upgrade.plan.upgrade,
    kind: sayKind(kind),
    person: isPerson(target) ? target : null,
    channel: isPerson(target) ? null : target,
    ...explainRefusal(reason, target),
    reason,
    more: lane === 'bulk',
  });
  const again = button({ text: 'Try again', actionId: RETRY_ACTION, value: id });
  const ledger = button({ text: 'All deliveries', actionId: LEDGER_ACTION, value: String(upgrade.id) });
  return { ...message, blocks: [...message.blocks, actions([again, ledger])] };
}

const isPerson = (target: string): boolean => /^[UW]/.test(target);

/** `heartbeat.ask` as words: `heartbeat ask`. */
export const sayKind = (kind: string): string => kind.replaceAll(/[._-]/g, ' ');

interface Explanation {
  why: string;
  next: string;
}

const ANOTHER_WAY = 'Tell them another way; later messages are still tried.';
const OPERATOR = 'Ask your operator to run `watchbell doctor`, then try again.';

/** Slack's error codes that a post can end with (docs.slack.dev/reference/methods/chat.postMessage). */
const EXPLANATIONS: Record<string, Explanation> = {
  not_in_channel: {
    why: 'I am not in that channel.',
    next: 'Type /invite @Watchbell in it; then try again; later messages will arrive.',
  },
  channel_not_found: {
    why: 'I cannot see that channel: it is private without me in it, or it is gone.',
    next: 'Type /invite @Watchbell in it, or tell its people another way.',
  },
  is_archived: {
    why: 'That channel is archived.',
    next: 'Unarchive it, or tell its people in another channel.',
  },
  restricted_action: {
    why: 'A rule of that channel lets only certain people post.',
    next: 'Ask one of its managers to let Watchbell post.',
  },
  user_disabled: { why: 'That account is deactivated.', next: ANOTHER_WAY },
  user_not_found: { why: 'That person is not in this workspace any more.', next: ANOTHER_WAY },
  cannot_dm_bot: { why: 'That account is a bot, which reads no messages.', next: ANOTHER_WAY },
  messages_tab_disabled: {
    why: 'That person cannot be sent direct messages by apps.',
    next: ANOTHER_WAY,
  },
  missing_scope: { why: 'I lack a permission in Slack.', next: OPERATOR },
};

/** Why Slack refused a post to this channel or person, and what to do. */
export function explainRefusal(reason: string, target: string): Explanation {
  if (isPerson(target) && reason === 'channel_not_found') return EXPLANATIONS.user_not_found as Explanation;
  return (
    EXPLANATIONS[reason] ?? {
      why: 'Slack refused it.',
      next: 'Tell them another way, and give your operator the code below.',
    }
  );
}
