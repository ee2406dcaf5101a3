import { setTimeout as pause } from 'node:timers/promises';
import type { Ephemeral, FormValues, Person, Sandbox } from '../../src/sandbox/index.ts';
import type { PacedClock } from './paced-clock.ts';
import type { Act, Ballot } from './scenario.ts';

/** Something that a person did, however often, and what they were told in the end. */
export interface Attempt {
  upgrade: string;
  by: string;
  verb: string;
  /** Milliseconds of the run's clock: the first try, and the last answer or giving up. */
  from: number;
  to: number;
  /** What the person read; empty where nobody answered in spite of several tries. */
  answer: string;
}

/** Real milliseconds for which a person waits for an answer before trying again. */
const PATIENCE_MS = 1_500;
/** Where Slack says at once that the app is not there. */
const NOT_THERE_MS = 100;
/** After word that it did not work: Slack's limits are counted in minutes, and people read before they type again. */
const DID_NOT_WORK_MS = 400;
const GIVE_UP_MS = 20_000;

/** People at their Slack, who try again when they are not answered. */
export class People {
  readonly attempts: Attempt[] = [];
  readonly #sandbox: Sandbox;
  readonly #clock: PacedClock;
  readonly #deadline: number;
  /** A person has one pair of hands: forms and answers are told apart only one after another. */
  readonly #hands = new Map<string, Promise<unknown>>();

  /** Nobody tries again after `deadline`, real milliseconds of the epoch. */
  constructor(sandbox: Sandbox, clock: PacedClock, deadline: number) {
    this.#sandbox = sandbox;
    this.#clock = clock;
    this.#deadline = deadline;
  }

  /** `/upgrade <text>`; where `form` is given, that is what is entered in the form which opens. */
  async type(
    who: { upgrade: string; by: string; verb: string; room: string },
    text: string,
    options: { form?: FormValues; times?: Act['times'] } = {},
  ): Promise<Attempt> {
    const person = this.#sandbox.as(who.by);
    return this.#try(who, who.room, async () => {
      const twice = options.times !== undefined && options.times !== 'once' && !options.form;
      const command = () => person.command(who.room, '/upgrade', text);
      const taken = await Promise.all(twice ? [command(), command()] : [command()]);
      if (options.form) return this.#fill(person, options.form);
      return taken.some(({ acknowledged }) => acknowledged);
    });
  }

  /** A vote on the open decision that this person sees; nothing where there is none. */
  async vote(
    who: { upgrade: string; by: string; room: string },
    ballot: Ballot,
    where: 'room' | 'directly',
    times: Act['times'],
  ): Promise<Attempt | undefined> {
    const person = this.#sandbox.as(who.by);
    const actionId = `rollback.vote.${ballot}`;
    const messages = where === 'room' ? person.messages(who.room) : person.directMessages();
    const message = messages.findLast(
      ({ text, blocks }) =>
        text.includes(`${who.upgrade}: roll back or keep going`) && JSON.stringify(blocks).includes(actionId),
    );
    if (!message) return undefined;
    const target = { channel: message.channel, ts: message.ts };
    const channel = where === 'room' ? who.room : message.channel;
    return this.#try({ ...who, verb: `vote ${ballot}` }, channel, async () => {
      // Somebody else's vote may have taken the button away meanwhile: this finger was on it already.
      const payload = clickable(() => person.clickPayload(target, actionId));
      if (!payload) return true;
      const deliver = () => this.#sandbox.deliverRaw({ type: 'interactive', payload });
      const taken = await Promise.all(times === 'once' ? [deliver()] : [deliver(), deliver()]);
      return taken.some(({ acknowledged }) => acknowledged);
    });
  }

  /** Answers the survey that this person was asked; nothing where they were not. */
  async answerSurvey(upgrade: string, by: string): Promise<void> {
    const person = this.#sandbox.as(by);
    const message = person.directMessages().findLast(({ text }) => text.includes(`${upgrade}: how is`));
    if (!message) return;
    for (const end = this.#patience; Date.now() < end; ) {
      const target = { channel: message.channel, ts: message.ts };
      const payload = clickable(() => person.clickPayload(target, 'survey.answer'));
      if (!payload) return; // the survey is closed
      await this.#sandbox.deliverRaw({ type: 'interactive', payload });
      if (await this.#fill(person, { satisfaction: '4' })) return;
    }
  }

  async #try(
    who: { upgrade: string; by: string; verb: string },
    channel: string,
    act: () => Promise<boolean>,
  ): Promise<Attempt> {
    const before = this.#hands.get(who.by);
    const done = (before ?? Promise.resolve()).then(() => this.#tryNow(who, channel, act));
    this.#hands.set(who.by, done);
    return done;
  }

  async #tryNow(
    { upgrade, by, verb }: { upgrade: string; by: string; verb: string },
    channel: string,
    act: () => Promise<boolean>,
  ): Promise<Attempt> {
    const from = this.#now;
    const attempt: Attempt = { upgrade, by, verb, from, to: from, answer: '' };
    this.attempts.push(attempt);
    for (const end = this.#patience; attempt.answer === '' && Date.now() < end; ) {
      const heard = this.#heard(by, channel).length;
      const taken = await act();
      if (!taken) await pause(NOT_THERE_MS);
      const isAnswer = ({ text }: Ephemeral) => answers(text, upgrade, verb);
      const answer = await this.#answer(by, channel, heard, isAnswer, taken ? PATIENCE_MS : 0);
      attempt.to = this.#now;
      if (answer && /That did not work/.test(answer.text)) await pause(DID_NOT_WORK_MS);
      else if (answer) attempt.answer = answer.text;
    }
    return attempt;
  }

  #heard(by: string, channel: string): Ephemeral[] {
    const person = this.#sandbox.as(by);
    const id = this.#sandbox.state.channel(channel)?.id ?? channel;
    return this.#sandbox.state
      .ephemerals(person.id, id)
      .filter(({ author }) => author === this.#sandbox.botUserId);
  }

  async #answer(
    by: string,
    channel: string,
    after: number,
    isAnswer: (heard: Ephemeral) => boolean,
    patience: number,
  ): Promise<Ephemeral | undefined> {
    for (const end = Date.now() + patience; ; await pause(15)) {
      const answer = this.#heard(by, channel).slice(after).find(isAnswer);
      if (answer || Date.now() > end) return answer;
    }
  }

  /** Whether the form came, and went through. */
  async #fill(person: Person, values: FormValues): Promise<boolean> {
    const end = Date.now() + PATIENCE_MS;
    while (!person.modal() && Date.now() < end) await pause(15);
    if (!person.modal()) return false;
    const outcome = await person.submit(values);
    while (person.modal()) await person.closeModal();
    return outcome.result === 'closed' || outcome.result === 'updated';
  }

  get #patience(): number {
    return Math.min(Date.now() + GIVE_UP_MS, this.#deadline);
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }
}

/** An earlier act may be answered only now: its answer names another upgrade, or what was typed then. */
function answers(text: string, upgrade: string, verb: string): boolean {
  const typed = /You typed: \/upgrade (\S+)/.exec(text)?.[1];
  return new RegExp(`${upgrade}\\b`).test(text) && (typed === undefined || typed === verb);
}

function clickable<T>(prepare: () => T): T | undefined {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return undefined;
    throw error;
  }
}
