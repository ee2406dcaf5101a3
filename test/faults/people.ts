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

/** Real milliseconds for which a person waits for an answer before trying again; Slack gives up after three seconds itself. */
const PATIENCE_MS = 3_500;
const TRIES = 8;

/** People at their Slack, who try again when they are not answered. */
export class People {
  readonly attempts: Attempt[] = [];
  readonly #sandbox: Sandbox;
  readonly #clock: PacedClock;
  /** A person has one pair of hands: forms and answers are told apart only one after another. */
  readonly #hands = new Map<string, Promise<unknown>>();

  constructor(sandbox: Sandbox, clock: PacedClock) {
    this.#sandbox = sandbox;
    this.#clock = clock;
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
      await (twice ? Promise.all([command(), command()]) : command());
      if (options.form) await this.#fill(person, options.form);
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
      if (!payload) return;
      const deliver = () => this.#sandbox.deliverRaw({ type: 'interactive', payload });
      if (times === 'once') await deliver();
      else await Promise.all([deliver(), deliver()]);
    });
  }

  /** Answers the survey that this person was asked; nothing where they were not. */
  async answerSurvey(upgrade: string, by: string): Promise<void> {
    const person = this.#sandbox.as(by);
    const message = person.directMessages().findLast(({ text }) => text.includes(`${upgrade}: how is`));
    if (!message) return;
    for (let tries = 0; tries < TRIES; tries++) {
      await person.click({ channel: message.channel, ts: message.ts }, 'survey.answer');
      if (await this.#fill(person, { satisfaction: '4' })) return;
    }
  }

  async #try(
    who: { upgrade: string; by: string; verb: string },
    channel: string,
    act: () => Promise<unknown>,
  ): Promise<Attempt> {
    const before = this.#hands.get(who.by);
    const done = (before ?? Promise.resolve()).then(() => this.#tryNow(who, channel, act));
    this.#hands.set(who.by, done);
    return done;
  }

  async #tryNow(
    { upgrade, by, verb }: { upgrade: string; by: string; verb: string },
    channel: string,
    act: () => Promise<unknown>,
  ): Promise<Attempt> {
    const from = this.#now;
    const attempt: Attempt = { upgrade, by, verb, from, to: from, answer: '' };
    this.attempts.push(attempt);
    for (let tries = 0; tries < TRIES && attempt.answer === ''; tries++) {
      const heard = this.#heard(by, channel).length;
      await act();
      const answer = await this.#answer(by, channel, heard);
      attempt.to = this.#now;
      attempt.answer = answer?.text ?? '';
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

  async #answer(by: string, channel: string, after: number): Promise<Ephemeral | undefined> {
    const end = Date.now() + PATIENCE_MS;
    while (Date.now() < end) {
      const answer = this.#heard(by, channel)[after];
      if (answer) return answer;
      await pause(5);
    }
    return undefined;
  }

  /** Whether the form came, and went through. */
  async #fill(person: Person, values: FormValues): Promise<boolean> {
    const end = Date.now() + PATIENCE_MS;
    while (!person.modal() && Date.now() < end) await pause(5);
    if (!person.modal()) return false;
    const outcome = await person.submit(values);
    while (person.modal()) await person.closeModal();
    return outcome.result === 'closed' || outcome.result === 'updated';
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }
}

function clickable<T>(prepare: () => T): T | undefined {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return undefined;
    throw error;
  }
}
