import { randomBytes } from 'node:crypto';
import type { Block } from '../model.ts';
import { complaint } from './explain.ts';

type Loose = Record<string, unknown> & { type: string };

/** Gives every block and element that lacks one an id, as Slack does. */
export function identify(blocks: readonly Loose[]): Block[] {
  return blocks.map((block) => ({
    ...block,
    block_id: typeof block.block_id === 'string' ? block.block_id : shortId(),
    ...(Array.isArray(block.elements) && block.type === 'actions'
      ? { elements: block.elements.map(identifyElement) }
      : {}),
    ...(isElement(block.accessory) && block.accessory.type !== 'image'
      ? { accessory: identifyElement(block.accessory) }
      : {}),
    ...(isElement(block.element) ? { element: identifyElement(block.element) } : {}),
  }));
}

/** The interactive elements of a block. */
export function elementsOf(block: Block): Loose[] {
  if (block.type === 'actions' && Array.isArray(block.elements)) return block.elements.filter(isElement);
  if (block.type === 'input' && isElement(block.element)) return [block.element];
  if (isElement(block.accessory) && block.accessory.type !== 'image') return [block.accessory];
  return [];
}

/** Complaints about ids that occur twice where Slack wants them unique. */
export function findDoubles(blocks: readonly Block[], root: string): string[] {
  const seen = new Set<string>();
  return blocks.flatMap((block, index) => {
    const double = seen.has(block.block_id);
    seen.add(block.block_id);
    const ids = elementsOf(block).map((element) => element.action_id);
    return [
      ...(double ? [complaint(`duplicate block_id: ${block.block_id}`, `${root}/${index}/block_id`)] : []),
      ...ids
        .filter((id, at) => ids.indexOf(id) !== at)
        .map((id) => complaint(`duplicate action_id: ${String(id)}`, `${root}/${index}`)),
    ];
  });
}

const identifyElement = (element: unknown): unknown =>
  isElement(element) && typeof element.action_id !== 'string'
    ? { ...element, action_id: shortId() }
    : element;

const isElement = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const shortId = (): string => randomBytes(4).toString('base64url').slice(0, 5);
