import type { KnownBlock } from '@slack/types';

/**
 * A message as Slack takes it. `text` is what screen readers and notifications speak, so everything that matters stands
 * there too; it is already escaped. Both are within Slack's limits (see `limits.ts`).
 */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}
