import { isPerson } from '../slack/target.ts';

/** `heartbeat.ask` as words: `heartbeat ask`. */
export const sayKind = (kind: string): string => kind.replaceAll(/[._-]/g, ' ');

interface Explanation {
  why: string;
  next: string;
}

const ANOTHER_WAY = 'Tell them another way; later messages are still tried.';
const TELL_OPERATOR = 'Tell them another way, and give your operator the code below.';
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
  user_not_visible: { why: 'I cannot see that person in this workspace.', next: ANOTHER_WAY },
  cannot_dm_bot: { why: 'That account is a bot, which reads no messages.', next: ANOTHER_WAY },
  messages_tab_disabled: {
    why: 'That person cannot be sent direct messages by apps.',
    next: ANOTHER_WAY,
  },
  missing_scope: { why: 'I lack a permission in Slack.', next: OPERATOR },
};

/** Slack's error code as it is meant: for a person, a channel that is not found is somebody who is gone. */
export const meaningOf = (reason: string, target: string): string =>
  isPerson(target) && reason === 'channel_not_found' ? 'user_not_found' : reason;

/** Why Slack refused a post to this channel or person, and what to do. */
export const explainRefusal = (reason: string, target: string): Explanation =>
  EXPLANATIONS[meaningOf(reason, target)] ?? {
    why: 'Slack refused it.',
    next: TELL_OPERATOR,
  };

/** The same where Slack did not refuse it, and yet it does not get through. */
export const explainDelay = (reason: string): Explanation =>
  EXPLANATIONS[reason] ?? {
    why: 'Slack, or what stands before it, does not let it through.',
    next: TELL_OPERATOR,
  };
