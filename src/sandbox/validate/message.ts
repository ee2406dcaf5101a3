import { z } from 'zod';
import { failureWithMessages, SlackFailure } from '../failure.ts';
import type { Block, MessageMetadata } from '../model.ts';
import { messageBlocks } from './blocks.ts';
import { complaint, explain } from './explain.ts';
import { findDoubles, identify } from './identify.ts';

/** Slack cuts texts that are longer; here they are refused, because a message that was cut is a defect. */
const longestText = 40_000;
const longestUpdate = 4_000;
/** About what Slack accepts in all blocks of one message. */
const longestBlocks = 13_200;

export interface Content {
  text: string | undefined;
  /** `undefined` when none were given, which is not the same as an empty list. */
  blocks: Block[] | undefined;
}

/** Checks a message's text and blocks as `chat.postMessage` does. Throws a `SlackFailure`. */
export function checkContent(
  input: { text?: unknown; blocks?: unknown },
  use: 'post' | 'update' = 'post',
): Content {
  const text = input.text === undefined ? undefined : String(input.text);
  const blocks = input.blocks === undefined ? undefined : checkMessageBlocks(input.blocks);
  if (!text && !blocks?.length) throw new SlackFailure('no_text');
  if (text && text.length > (use === 'update' ? longestUpdate : longestText)) {
    throw new SlackFailure('msg_too_long');
  }
  return { text, blocks };
}

function checkMessageBlocks(input: unknown): Block[] {
  if (!Array.isArray(input)) throw new SlackFailure('invalid_blocks_format');
  const parsed = messageBlocks.safeParse(input);
  if (!parsed.success) throw failureWithMessages('invalid_blocks', explain(parsed.error, '/blocks'));
  const blocks = identify(parsed.data);
  const complaints = [...findDoubles(blocks, '/blocks'), ...checkWhole(blocks)];
  if (complaints.length > 0) throw failureWithMessages('invalid_blocks', complaints);
  if (charactersIn(blocks) > longestBlocks) throw new SlackFailure('msg_blocks_too_long');
  return blocks;
}

/** Limits that hold for a message's blocks together. */
function checkWhole(blocks: readonly Block[]): string[] {
  const of = (type: string): Block[] => blocks.filter((block) => block.type === type);
  const markdown = of('markdown').reduce((sum, block) => sum + String(block.text).length, 0);
  const files = blocks.findIndex(
    (block) => (block.element as { type?: string } | undefined)?.type === 'file_input',
  );
  return [
    ...(of('table').length > 1 ? [complaint('only_one_table_allowed', '/blocks')] : []),
    ...(of('data_visualization').length > 2 ? [complaint('no more than 2 charts allowed', '/blocks')] : []),
    ...(markdown > 12_000 ? [complaint('markdown must be less than 12001 characters', '/blocks')] : []),
    ...(files >= 0 ? [complaint('file_input is for modals only', `/blocks/${files}/element`)] : []),
  ];
}

/** Characters that people read: every string under a `text`, `title`, `label`, `alt_text` or `value` of a block. */
function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + charactersIn(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum + (typeof item === 'string' ? (shown.has(key) ? item.length : 0) : charactersIn(item)),
    0,
  );
}
const shown = new Set(['text', 'title', 'label', 'alt_text', 'name', 'fallback']);

const metadataShape = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

/** Throws `metadata_too_large` or `invalid_metadata_format`; `{}` means none. */
export function checkMetadata(input: unknown): MessageMetadata | undefined {
  if (typeof input === 'object' && input !== null && Object.keys(input).length === 0) return undefined;
  const parsed = metadataShape.safeParse(input);
  if (!parsed.success) {
    throw failureWithMessages('invalid_metadata_format', explain(parsed.error, '/metadata'));
  }
  if (JSON.stringify(parsed.data).length > 16_000) throw new SlackFailure('metadata_too_large');
  return parsed.data;
}
