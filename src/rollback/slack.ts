import { notFound } from '../errors.ts';
import { modal, textInput } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import type { Action, ActionCall, Call, CommandCall, Submission, Surface } from '../slack/surface.ts';
import { admitViewer } from '../upgrade/admit-viewer.ts';
import { chooseUpgrade, getMeant } from '../upgrade/choose-upgrade.ts';
import { fieldOf, metadataOf, readMetadata, refuseUnlessAllowed } from '../upgrade/slack/act.ts';
import { getUpgrade, keyOf, type Upgrade } from '../upgrade/store.ts';
import { MOST_CHARACTERS } from '../upgrade/written.ts';
import { castVote, type Voted } from './cast-vote.ts';
import { factsOf, showAsItStands } from './draw-decision.ts';
import { giveAdvice } from './give-advice.ts';
import { type Asked, openDecision } from './open-decision.ts';
import { BALLOTS, type Ballot } from './rules.ts';
import { getDecision } from './store.ts';

/** A form of one text about an upgrade. */
interface Question {
  callbackId: string;
  title: string;
  submit: string;
  label: string;
  hint: string;
}

const REASON: Question = {
  callbackId: 'rollback.ask.submit',
  title: 'roll back?',
  submit: 'Ask the sponsor',
  label: 'Why should it be rolled back?',
  hint: 'The sponsor decides by this: what fails, for whom, since when.',
};
const ADVICE: Question = {
  callbackId: 'rollback.advise.submit',
  title: 'your advice',
  submit: 'Advise',
  label: 'What do you advise, and why?',
  hint: 'It is shown beside the decision with your name; it does not count as a vote.',
};

const textForm = ({ callbackId, title, submit, label, hint }: Question, key: string, metadata: string) =>
  modal({
    callbackId,
    title: `${key}: ${title}`,
    submit,
    metadata,
    blocks: [textInput('text', { label, hint, multiline: true, maxLength: MOST_CHARACTERS })],
  });

export const surface: Surface = {
  commands: [
    {
      verb: 'rollback',
      usage: 'rollback [UP-n] [why]',
      summary: 'ask the sponsor to decide: roll back, or keep going',
      run: askByCommand,
    },
  ],
  actions: [
    { actionId: 'rollback.ask', run: async (call) => openForm(call, await getMeant(call), REASON) },
    { actionId: 'rollback.advise', run: async (call) => openForm(call, await getMeant(call), ADVICE) },
    { actionId: 'rollback.show', run: showPrivately },
    ...BALLOTS.map(
      (ballot): Action => ({ actionId: `rollback.vote.${ballot}`, run: (call) => vote(call, ballot) }),
    ),
  ],
  views: [submission(REASON, ask), submission(ADVICE, advise)],
};

async function askByCommand(call: CommandCall): Promise<void> {
  const chosen = await chooseUpgrade(call, { command: 'rollback', verbs: ['ask_rollback'] });
  if (!chosen) return;
  if (chosen.text.trim() === '') await openForm(call, chosen.upgrade, REASON);
  else await ask(call, chosen.upgrade.id, chosen.text);
}

async function ask(call: Call, upgradeId: number, text: string): Promise<void> {
  await call.reply(sayAsked(call, await openDecision(call.context, call.actor, upgradeId, text)));
}

async function vote(call: ActionCall, ballot: Ballot): Promise<void> {
  await call.reply(sayVoted(call, await castVote(call.context, call.actor, idOf(call), ballot)));
}

async function advise(call: Call, upgradeId: number, text: string): Promise<void> {
  await giveAdvice(call.context, call.actor, upgradeId, text);
  await call.reply(
    'Your advice now stands beside the decision. It is heard, not counted: the sponsor decides.',
  );
}

/** The whole decision with its buttons, for somebody who is not in the room. */
async function showPrivately(call: ActionCall): Promise<void> {
  const { context, actor } = call;
  await admitViewer(context, actor);
  const decision = await getDecision(context.db, actor.teamId, idOf(call));
  const upgrade = await getUpgrade(context.db, actor.teamId, decision.upgradeId);
  await call.reply(await showAsItStands(context, upgrade, decision));
}

/** The decision that a button is about. */
function idOf({ value }: ActionCall): number {
  if (!/^\d{1,9}$/.test(value)) throw notFound('This button is not about any decision.', 'Type /upgrade.');
  return Number(value);
}

async function openForm(call: Call, upgrade: Upgrade, question: Question): Promise<void> {
  await refuseUnlessAllowed(call, upgrade, 'ask_rollback');
  const form = textForm(question, keyOf(upgrade), metadataOf(call, upgrade));
  await call.context.slack.of(call.actor.teamId).openView(call.triggerId, form);
}

function submission(
  { callbackId }: Question,
  act: (call: Call, upgradeId: number, text: string) => Promise<void>,
): Submission {
  return {
    callbackId,
    async submit(submitted) {
      const { upgradeId, call } = readMetadata(submitted);
      await act(call, upgradeId, fieldOf(call, 'text'));
      return undefined;
    },
  };
}

function sayAsked({ context }: Call, { upgrade, decision, opened }: Asked): Message {
  return context.templates.render('rollback-asked', {
    ...factsOf(upgrade, decision, context.clock.now()),
    opened,
    escalated: decision.escalatedAt !== null,
  });
}

function sayVoted({ context }: Call, { upgrade, decision, counted }: Voted): Message {
  return context.templates.render('rollback-voted', {
    ...factsOf(upgrade, decision, context.clock.now()),
    not_counted: !counted,
    escalated: decision.escalatedAt !== null,
  });
}
