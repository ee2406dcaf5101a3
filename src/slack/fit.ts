import type { KnownBlock } from '@slack/types';
import { shorten } from './inline.ts';
import { LIMITS } from './limits.ts';
import type { Message } from './message.ts';

/**
 * Makes a message that Slack takes: too long is shortened with a pointer to the whole, never an error at 02:00. Buttons
 * (actions) are kept before anything else.
 */
export function fitMessage(message: Message): Message {
  const text = shorten(message.text, LIMITS.messageText);
  const kept: KnownBlock[] = [];
  const budget = { characters: LIMITS.messageBlocks, blocks: LIMITS.blocksInMessage - 1 };
  const actions = message.blocks.filter((block) => block.type === 'actions').length;
  let cut = false;
  for (const block of message.blocks) {
    const isActions = block.type === 'actions';
    const rest = fitBlock(block, isActions ? Number.POSITIVE_INFINITY : budget.characters);
    if (!isActions && (budget.blocks - actions <= 0 || rest === undefined)) {
      cut = true;
      continue;
    }
    if (rest === undefined) continue;
    cut ||= rest !== block;
    budget.characters -= countText(rest);
    if (!isActions) budget.blocks -= 1;
    kept.push(rest);
  }
  if (!cut) return { text, blocks: message.blocks };
  return { text, blocks: [...kept, POINTER] };
}

const POINTER: KnownBlock = {
  type: 'context',
  elements: [{ type: 'plain_text', text: 'Shortened: the whole is in /upgrade show and /upgrade record.' }],
};

/** The block itself where it fits, a shortened copy where only its text is too long, undefined where nothing is left. */
function fitBlock(block: KnownBlock, characters: number): KnownBlock | undefined {
  if (countText(block) <= characters) return block;
  if (characters < 50) return undefined;
  const budget = { left: characters };
  return cutText(block, budget) as KnownBlock;
}

function cutText(value: unknown, budget: { left: number }): unknown {
  if (Array.isArray(value)) {
    return value.filter(() => budget.left > 0).map((each) => cutText(each, budget));
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key !== 'text' || typeof each !== 'string') return [key, cutText(each, budget)];
      const kept = shorten(each, Math.max(1, budget.left));
      budget.left -= kept.length;
      return [key, kept];
    }),
  );
}

/** Characters of text in a block, however deep. */
export function countText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + countText(each), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : countText(each)),
    0,
  );
}
