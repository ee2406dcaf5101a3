import * as z from 'zod';
import { readMetadata as readJson } from '../../slack/form.ts';
import { replier } from '../../slack/reply.ts';
import type { Action, Call, Command, CommandCall, SubmissionCall } from '../../slack/surface.ts';
import { chooseUpgrade, getMeant } from '../choose-upgrade.ts';
import { mayFollow, type Verb } from '../lifecycle.ts';
import { perform } from '../perform.ts';
import type { Upgrade } from '../store.ts';

/** Something that is done to one upgrade by typing it or by a click: the same either way. */
export interface Act {
  command: string;
  usage: string;
  summary: string;
  verbs: readonly Verb[];
  /** `text` is what was typed after the command and the key; empty for a click. */
  run(call: Call, upgrade: Upgrade, text: string): Promise<void>;
}

/** The command and the button (`upgrade.<command>`, its value the upgrade's id) of each act. */
export const offerActs = (acts: Act[]): { commands: Command[]; actions: Action[] } => ({
  commands: acts.map((act) => ({
    verb: act.command,
    usage: act.usage,
    summary: act.summary,
    run: (call) => runTyped(act, call),
  })),
  actions: acts.map((act) => ({
    actionId: `upgrade.${act.command}`,
    run: async (call) => act.run(call, await getMeant(call), ''),
  })),
});

async function runTyped(act: Act, call: CommandCall): Promise<void> {
  const chosen = await chooseUpgrade(call, act);
  if (chosen) await act.run(call, chosen.upgrade, chosen.text.trim());
}

/**
 * Before a form opens or a question is asked: refuses whoever may not use the verb, or cannot now, so that nobody types in vain,
 * and who may not look learns nothing.
 */
export const refuseUnlessAllowed = (
  { context, actor }: Call,
  { id: upgradeId }: Pick<Upgrade, 'id'>,
  verb: Verb,
): Promise<void> => perform(context, { actor, upgradeId, verb }, async () => {});

/** What `done` stands for: the next step towards the end of an upgrade at work. */
export const DONE = ['verify', 'complete', 'rolled_back'] as const;

/** The one of them that is meant now; where none is possible, the one whose refusal says why. */
export const doneVerb = ({ state }: Upgrade): (typeof DONE)[number] =>
  DONE.find((verb) => mayFollow(state, verb)) ?? 'complete';

const Metadata = z.object({ upgradeId: z.int32().positive(), channelId: z.string().optional() });

/** What a form remembers: the upgrade, and where it was opened. */
export const metadataOf = ({ channelId }: Call, upgrade: Upgrade): string =>
  JSON.stringify({ upgradeId: upgrade.id, channelId });

/** A form's upgrade, and a call that is answered where the form was opened. */
export function readMetadata<C extends SubmissionCall>(call: C): { upgradeId: number; call: C } {
  const { upgradeId, channelId } = readJson(Metadata, call.metadata);
  const { context, actor } = call;
  const reply = replier({
    client: context.slack.of(actor.teamId),
    userId: actor.userId,
    channelId,
    respond: undefined,
    logger: context.logger,
  });
  return { upgradeId, call: { ...call, channelId, reply } };
}

/** One field of a form as text. */
export const fieldOf = ({ values }: SubmissionCall, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};
