import type { Unit } from '../context.ts';
import { type Delivery, enqueue } from '../outbox/index.ts';
import type { SlackFailure } from '../slack/failure.ts';
import { getUpgrade, keyOf } from './store.ts';

const KIND = 'delivery.failed';

/** A message that Slack refuses for good is told to the lead, once; never one of these tellings itself. */
export async function tellLead(unit: Unit, delivery: Delivery, failure: SlackFailure): Promise<void> {
  if (delivery.kind === KIND) return;
  const { teamId, upgradeId, target, kind } = delivery;
  const upgrade = await getUpgrade(unit.tx, teamId, upgradeId);
  const { lead } = upgrade.plan.people;
  const message = unit.context.templates.render('delivery-failed', {
    key: keyOf(upgrade),
    title: upgrade.plan.upgrade,
    kind: sayKind(kind),
    person: isPerson(target) ? target : null,
    channel: isPerson(target) ? null : target,
    ...explain(failure.reason, isPerson(target)),
    reason: failure.reason,
  });
  await enqueue(unit, [{ teamId, upgradeId, kind: KIND, slot: delivery.id, target: lead, message }]);
}

const isPerson = (target: string): boolean => /^[UW]/.test(target);

/** `heartbeat.ask` as words: `heartbeat ask`. */
const sayKind = (kind: string): string => kind.replaceAll(/[._-]/g, ' ');

interface Explanation {
  why: string;
  next: string;
}

const ANOTHER_WAY = 'Tell them another way; later messages are still tried.';
const OPERATOR = 'Ask your operator to run `watchbell doctor`. Until then nothing reaches anybody.';

/** Slack's error codes that a post can end with (docs.slack.dev/reference/methods/chat.postMessage). */
const EXPLANATIONS: Record<string, Explanation> = {
  not_in_channel: {
    why: 'I am not in that channel.',
    next: 'Type /invite @Watchbell in it; later messages will then arrive.',
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
  token_revoked: { why: 'My access to Slack was revoked.', next: OPERATOR },
  token_expired: { why: 'My access to Slack has expired.', next: OPERATOR },
  account_inactive: { why: 'My account in Slack is deactivated.', next: OPERATOR },
  invalid_auth: { why: 'Slack does not accept my token.', next: OPERATOR },
  not_authed: { why: 'Slack was given no token.', next: OPERATOR },
  missing_scope: { why: 'I lack a permission in Slack.', next: OPERATOR },
};

function explain(reason: string, person: boolean): Explanation {
  if (person && reason === 'channel_not_found') return EXPLANATIONS.user_not_found as Explanation;
  return (
    EXPLANATIONS[reason] ?? {
      why: 'Slack refused it.',
      next: 'Tell them another way, and give your operator the code below.',
    }
  );
}
