import type { ModalView } from '@slack/types';
import { notFound } from '../errors.ts';
import { modal, textInput } from '../slack/blocks.ts';
import type { Message } from '../slack/message.ts';
import type { Action, ActionCall, Call, CommandCall, Submission, Surface } from '../slack/surface.ts';
import { chooseUpgrade, getMeant } from '../upgrade/choose-upgrade.ts';
import { getUpgrade, keyOf } from '../upgrade/store.ts';
import { MOST_CHARACTERS, readText } from '../upgrade/written.ts';
import { castVote, type Voted } from './cast-vote.ts';
import { factsOf, showAsItStands } from './draw-decision.ts';
import { giveAdvice } from './give-advice.ts';
import { type Asked, openDecision } from './open-decision.ts';
import { BALLOTS, type Ballot } from './rules.ts';
import { getDecision } from './store.ts';

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
    { actionId: 'rollback.ask', run: askForReason },
    { actionId: 'rollback.advise', run: askForAdvice },
    { actionId: 'rollback.show', run: showPrivately },
    ...BALLOTS.map(
      (ballot): Action => ({
        actionId: `rollback.vote.${ballot}`,
        run: (call) => vote(call, ballot),
      }),
    ),
  ],
  views: [submission('rollback.ask.submit', ask), submission('rollback.advise.submit', advise)],
};

async function askByCommand(call: CommandCall): Promise<void> {
  const chosen = await chooseUpgrade(call, { command: 'rollback', verbs: ['ask_rollback'] });
  if (!chosen) return;
  const { upgrade, text } = chosen;
  if (text.trim() === '') await openForm(call, reasonForm(upgrade.id, keyOf(upgrade)));
  else await ask(call, upgrade.id, text);
}

async function askForReason(call: ActionCall): Promise<void> {
  const upgrade = await getMeant(call);
  await openForm(call, reasonForm(upgrade.id, keyOf(upgrade)));
}

async function ask(call: Call, upgradeId: number, text: string): Promise<void> {
  const reason = readText(text, 'The reason');
  await call.reply(sayAsked(call, await openDecision(call.context, call.actor, upgradeId, reason)));
}

async function vote(call: ActionCall, ballot: Ballot): Promise<void> {
  await call.reply(sayVoted(call, await castVote(call.context, call.actor, idOf(call), ballot)));
}

async function askForAdvice(call: ActionCall): Promise<void> {
  const decision = await getDecision(call.context.db, call.actor.teamId, idOf(call));
  const { number } = await getUpgrade(call.context.db, call.actor.teamId, decision.upgradeId);
  await openForm(call, adviceForm(decision.id, keyOf({ number })));
}

async function advise(call: Call, decisionId: number, text: string): Promise<void> {
  await giveAdvice(call.context, call.actor, decisionId, readText(text, 'Advice'));
  await call.reply(
    'Your advice now stands beside the decision. It is heard, not counted: the sponsor decides.',
  );
}

/** The whole decision with its buttons, for somebody who is not in the room. */
async function showPrivately(call: ActionCall): Promise<void> {
  const decision = await getDecision(call.context.db, call.actor.teamId, idOf(call));
  const upgrade = await getUpgrade(call.context.db, call.actor.teamId, decision.upgradeId);
  await call.reply(await showAsItStands(call.context, upgrade, decision));
}

/** The decision that a button is about. */
function idOf({ value }: ActionCall): number {
  if (!/^\d{1,9}$/.test(value)) throw notFound('This button is not about any decision.', 'Type /upgrade.');
  return Number(value);
}

const openForm = async (call: Call, form: ModalView): Promise<void> => {
  await call.context.slack.of(call.actor.teamId).openView(call.triggerId, form);
};

/** A form of one text; its metadata is the id of what the text is about. */
function submission(
  callbackId: string,
  act: (call: Call, about: number, text: string) => Promise<void>,
): Submission {
  return {
    callbackId,
    async submit(call) {
      await act(call, Number(call.metadata), String(call.values.text ?? ''));
      return undefined;
    },
  };
}

export const reasonForm = (upgradeId: number, key: string): ModalView =>
  modal({
    callbackId: 'rollback.ask.submit',
    title: `${key}: roll back?`,
    submit: 'Ask the sponsor',
    metadata: String(upgradeId),
    blocks: [
      textInput('text', {
        label: 'Why should it be rolled back?',
        hint: 'The sponsor decides by this: what fails, for whom, since when.',
        multiline: true,
        maxLength: MOST_CHARACTERS,
      }),
    ],
  });

export const adviceForm = (decisionId: number, key: string): ModalView =>
  modal({
    callbackId: 'rollback.advise.submit',
    title: `${key}: your advice`,
    submit: 'Advise',
    metadata: String(decisionId),
    blocks: [
      textInput('text', {
        label: 'What do you advise, and why?',
        hint: 'It is shown beside the decision with your name; it does not count as a vote.',
        multiline: true,
        maxLength: MOST_CHARACTERS,
      }),
    ],
  });

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
