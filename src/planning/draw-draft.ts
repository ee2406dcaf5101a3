import type { Actor, Context } from '../context.ts';
import type { Problem } from '../errors.ts';
import { actions } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import { findMember } from '../upgrade/find-member.ts';
import { lookingButtons, offersFor, titleOf } from '../upgrade/offers.ts';
import { readSituation } from '../upgrade/situation.ts';
import type { Upgrade } from '../upgrade/store.ts';
import { warnOfSilence } from '../upgrade/warn-of-silence.ts';
import { deriveWindow } from '../upgrade/window.ts';

/** What a person is told of a draft that they just made or changed, and what comes next. */
export async function drawDraft(
  context: Context,
  actor: Actor & { userId: string },
  { upgrade, warnings, edited }: { upgrade: Upgrade; warnings: Problem[]; edited: boolean },
): Promise<Message> {
  const { start, end, zone, pointOfNoReturn } = deriveWindow(upgrade.plan, upgrade.startsAt);
  const message = context.templates.render('drafted', {
    title: titleOf(upgrade),
    edited,
    start,
    end,
    zone,
    no_return: pointOfNoReturn,
    warnings: [...warnings.map((warning) => warning.message), ...warnOfSilence(upgrade, context.clock.now())],
  });
  const viewer = { userId: actor.userId, member: await findMember(context, actor) };
  const buttons = [
    ...lookingButtons(upgrade),
    ...offersFor(upgrade, viewer, await readSituation(context, upgrade)),
  ];
  return { ...message, blocks: [...message.blocks, actions(buttons)] };
}
