import { invalidInput, notFound } from '../errors.ts';
import { actions, button, textSection, textSections } from '../slack/blocks.ts';
import { COMMAND, PICK } from '../slack/dispatch.ts';
import { escapeText } from '../slack/inline.ts';
import { LIMITS } from '../slack/limits.ts';
import type { Call, CommandCall } from '../slack/surface.ts';
import { admitViewer } from './admit-viewer.ts';
import { mayAct, rolesOf } from './authority.ts';
import { mayFollow, STATE_NAMES, type State, type Verb } from './lifecycle.ts';
import { findUpgradeByNumber, getUpgrade, keyOf, listUpgrades, type Upgrade } from './store.ts';

export interface Wanted {
  /** What is typed after `/upgrade`: it runs again for the upgrade that is picked. */
  command: string;
  /** The upgrade must be in a state that one of these may follow. */
  verbs: readonly Verb[];
}

/** `text` is what was typed, without the key. */
export interface Chosen {
  upgrade: Upgrade;
  text: string;
}

const KEY = /^\s*UP-(\d{1,9})(?![\w-])[:,]?\s*/i;
const OVER: readonly State[] = ['closed', 'cancelled'];
const MOST_BUTTONS = 10;

/**
 * Which upgrade a command means: the one whose key it starts with; else the one of this room; elsewhere the one of this
 * person. Undefined where several could be meant: then the person has been asked, with what they typed kept in the answer.
 * Throws where there is none. Only full members are told what there is.
 */
export async function chooseUpgrade(call: CommandCall, wanted: Wanted): Promise<Chosen | undefined> {
  const { context, actor, text } = call;
  const typed = KEY.exec(text);
  if (typed) {
    const upgrade = await findUpgradeByNumber(context.db, actor.teamId, Number(typed[1]));
    if (!upgrade) throw await unknownKey(call, `UP-${typed[1]}`);
    return { upgrade, text: text.slice(typed[0].length) };
  }
  const { certain, candidates } = await findCandidates(call, wanted);
  if (certain) return { upgrade: certain, text };
  if (candidates.length === 0) throw await nothingFits(call, wanted);
  await ask(call, wanted, candidates);
  return undefined;
}

/** The upgrade that a button is about. */
export async function getMeant(call: Call & { value: string }): Promise<Upgrade> {
  if (!/^\d{1,9}$/.test(call.value))
    throw notFound('This button is not about any upgrade.', 'Type /upgrade.');
  return getUpgrade(call.context.db, call.actor.teamId, Number(call.value));
}

async function findCandidates(
  { context, actor, channelId }: Call,
  { verbs }: Wanted,
): Promise<{ certain?: Upgrade; candidates: Upgrade[] }> {
  const { db } = context;
  const fits = ({ state }: Upgrade) => verbs.some((verb) => mayFollow(state, verb));
  const room = channelId ? await listUpgrades(db, actor.teamId, { room: channelId }) : [];
  const here = narrow(room.filter(fits), actor.userId, verbs);
  if (here.length > 0) return oneOf(here);
  const theirs = (await listUpgrades(db, actor.teamId, { userId: actor.userId })).filter(fits);
  const open = room.filter(({ state }) => !OVER.includes(state));
  if (open.length === 0) return oneOf(narrow(theirs, actor.userId, verbs));
  // In a room of its own, another upgrade is never meant without a question.
  if (theirs.length === 0 && open.length === 1) return oneOf(open);
  return { candidates: theirs };
}

const oneOf = (upgrades: Upgrade[]) => ({
  certain: upgrades.length === 1 ? upgrades[0] : undefined,
  candidates: upgrades,
});

/** Among several, those for which this person could do it, if there are any. */
function narrow(upgrades: Upgrade[], userId: string, verbs: readonly Verb[]): Upgrade[] {
  const member = { guest: false, bot: false, deactivated: false, foreign: false };
  const allowed = upgrades.filter(({ plan, createdBy }) => {
    const roles = rolesOf(plan, userId, { plannerId: createdBy });
    return verbs.some((verb) => mayAct({ verb, roles, member }).allowed);
  });
  return allowed.length > 0 ? allowed : upgrades;
}

async function ask(call: CommandCall, { command }: Wanted, candidates: Upgrade[]): Promise<void> {
  await admitViewer(call.context, call.actor);
  const again = (upgrade: Upgrade) => `${command} ${keyOf(upgrade)} ${call.text}`.trimEnd();
  const fits = candidates.every((upgrade) => again(upgrade).length <= LIMITS.buttonValue);
  const buttons = candidates.slice(0, MOST_BUTTONS).map((upgrade, index) =>
    button({
      text: `${keyOf(upgrade)} ${upgrade.plan.upgrade}`,
      actionId: `${PICK}.${index + 1}`,
      value: fits ? again(upgrade) : `${command} ${keyOf(upgrade)}`,
    }),
  );
  const kept = call.text ? `You typed: ${call.text}` : '';
  const question = 'Which upgrade do you mean? Nothing has been done yet.';
  const typing = `You can also type ${COMMAND} ${command} UP-n${call.text ? ' …' : ''}.`;
  await call.reply({
    text: escapeText([question, candidates.map(nameOf).join('\n'), typing, kept].filter(Boolean).join('\n')),
    blocks: [
      textSection(question),
      ...textSections(kept),
      actions(buttons),
      textSection(candidates.length > MOST_BUTTONS ? `These are the newest. ${typing}` : typing),
    ],
  });
}

const nameOf = ({ state, plan, ...upgrade }: Upgrade): string =>
  `${keyOf(upgrade)} ${plan.upgrade}, ${STATE_NAMES[state]}`;

async function unknownKey(call: CommandCall, key: string): Promise<Error> {
  return notFound(`There is no ${key} here.`, await sayOpen(call));
}

async function nothingFits(call: CommandCall, { command }: Wanted): Promise<Error> {
  return invalidInput(
    `There is no upgrade here for which ${COMMAND} ${command} could be used now.`,
    [],
    await sayOpen(call),
  );
}

async function sayOpen({ context, actor, channelId }: Call): Promise<string> {
  await admitViewer(context, actor);
  const all = await listUpgrades(context.db, actor.teamId);
  const open = all.filter(({ state }) => !OVER.includes(state));
  if (open.length === 0) return 'No upgrade is open. Plan one with /upgrade new.';
  const here = open.filter(({ plan }) => plan.channels.room === channelId);
  const shown = [...here, ...open.filter((each) => !here.includes(each))].slice(0, 5);
  return `There ${shown.length === 1 ? 'is' : 'are'}: ${shown.map(nameOf).join('; ')}. See all with /upgrade list.`;
}
