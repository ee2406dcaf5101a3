import type { SectionBlock } from '@slack/types';
import type { Actor, Context } from '../context.ts';
import { button, textSection } from '../slack/blocks.ts';
import type { Waiting, WaitingItem } from '../slice.ts';
import { type Member, mayAct } from '../upgrade/authority.ts';

/** Everything that waits for this person, from every slice, in the order of the slices; nothing for those who may answer nothing. */
export async function gatherWaiting(
  context: Context,
  actor: Actor & { userId: string },
  member: Member,
  waiting: Waiting[],
): Promise<WaitingItem[]> {
  if (!mayAct({ verb: 'answer_survey', roles: ['audience'], member }).allowed) return [];
  const items = await Promise.all(waiting.map((ask) => ask(context, actor)));
  return items.flat();
}

/** One line with the button that does it. */
export const drawWaiting = ({ text, button: deed }: WaitingItem): SectionBlock => ({
  ...textSection(text),
  accessory: button(deed),
});
