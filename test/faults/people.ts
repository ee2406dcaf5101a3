import { setTimeout as pause } from 'node:timers/promises';
import type { Ephemeral, FormValues, Message, Person, Sandbox } from '../../src/sandbox/index.ts';
import type { Ballot, Times } from './act.ts';
import { answers, clickable } from './answers.ts';
import type { PacedClock } from './paced-clock.ts';

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
  /** How many requests were sent that could bring it about, all tries together; for a form, how often it was sent off. */
  sent: number;
  /** What was said: a status line, an issue, a reason. */
  text?: string;
  /** Of the issue that is resolved. */
  number?: number;
  /** The new start of the window, milliseconds of the epoch. */
  start?: number;
}

interface Who {
  upgrade: string;
  by: string;
  verb: string;
}
type Details = Pick<Attempt, 'text' | 'number' | 'start'>;

/** Real milliseconds for which a person waits for an answer before trying again. */
const PATIENCE_MS = 1_500;
/** Where Slack says at once that the app is not there. */
const NOT_THERE_MS = 100;
/** After word that it did not work: Slack's limits are counted in minutes, and people read before they type again. */
const DID_NOT_WORK_MS = 400;
const GIVE_UP_MS = 20_000;
/** Until somebody who wants to vote sees that there is nothing to vote on. */
const DECISION_MS = 2_000;

/** How many requests were sent, and whether one was taken. */
interface Tried {
  sent: number;
  taken: boolean;
}

/** People at their Slack, who try again when they are not answered. */
export class People {
  readonly attempts: Attempt[] = [];
  readonly #sandbox: Sandbox;
  readonly #clock: PacedClock;
  readonly #deadline: number;
  /** A person has one pair of hands: forms and answers are told apart only one after another. */
  readonly #hands = new Map<string, Promise<unknown>>();
  #events = 0;

  /** Nobody tries again after `deadline`, real milliseconds of the epoch. */
  constructor(sandbox: Sandbox, clock: PacedClock, deadline: number) {
    this.#sandbox = sandbox;
    this.#clock = clock;
    this.#deadline = deadline;
  }

  /** `/upgrade <typed>`; where `form` is given, that is what is entered in the form which opens. */
  async type(
    who: Who & { room: string },
    typed: string,
    { form, times, ...details }: Details & { form?: FormValues; times: Times },
  ): Promise<Attempt> {
    const person = this.#sandbox.as(who.by);
    return this.#try(who, { channel: who.room, details }, async (isAnswered) => {
      const prepare = () => person.commandPayload(who.room, '/upgrade', typed);
      if (!form) return this.#deliver('slash_commands', times, prepare);
      const { taken } = await this.#deliver('slash_commands', 'once', prepare);
      return taken ? this.#fill(person, form, { times, isAnswered }) : { sent: 0, taken };
    });
  }

  /** A vote on the open decision, as soon as this person sees it; nothing where they never do. */
  async vote(
    who: Who & { room: string },
    ballot: Ballot,
    where: 'room' | 'directly',
    times: Times,
  ): Promise<Attempt | undefined> {
    const person = this.#sandbox.as(who.by);
    const actionId = `rollback.vote.${ballot}`;
    const message = await this.#awaitDecision(who, where, actionId);
    if (!message) return undefined;
    const target = { channel: message.channel, ts: message.ts };
    const channel = where === 'room' ? who.room : message.channel;
    return this.#try({ ...who, verb: `vote ${ballot}` }, { channel, details: {} }, async () => {
      // Somebody else's vote may take the button away at any moment: this finger was on it already.
      const [first] = clickable(() => [person.clickPayload(target, actionId)]) ?? [];
      if (!first) return { sent: 0, taken: true };
      const next = () => clickable(() => person.clickPayload(target, actionId)) ?? first;
      return this.#deliver('interactive', times, next);
    });
  }

  /** Whether this person can see that they are asked how the upgrade is. */
  isAsked(upgrade: string, by: string): boolean {
    return this.#surveyOf(upgrade, by) !== undefined;
  }

  #surveyOf(upgrade: string, by: string): Message | undefined {
    return this.#sandbox
      .as(by)
      .directMessages()
      .findLast(({ text }) => text.includes(`${upgrade}: how is`));
  }

  /** Answers the survey that this person was asked; nothing where they were not. */
  async answerSurvey(upgrade: string, by: string, times: Times): Promise<void> {
    const person = this.#sandbox.as(by);
    const message = this.#surveyOf(upgrade, by);
    if (!message) return;
    const from = this.#now;
    const attempt: Attempt = { upgrade, by, verb: 'answer survey', from, to: from, answer: '', sent: 0 };
    this.attempts.push(attempt);
    for (const end = this.#patience; attempt.answer === '' && Date.now() < end; ) {
      const target = { channel: message.channel, ts: message.ts };
      const payload = clickable(() => person.clickPayload(target, 'survey.answer'));
      if (!payload) attempt.answer = 'The survey is closed.';
      else {
        await this.#sandbox.deliverRaw({ type: 'interactive', payload });
        const { sent, taken } = await this.#fill(person, { satisfaction: '4' }, { times });
        attempt.sent += sent;
        if (taken) attempt.answer = 'The form was taken.';
      }
      attempt.to = this.#now;
    }
  }

  /** Looks at App Home; Slack tells the bot once, or again because it believes that it was not heard. */
  async openHome(by: string, times: Times): Promise<void> {
    const sandbox = this.#sandbox;
    const { id } = sandbox.as(by);
    const event = { type: 'app_home_opened', user: id, channel: `D${id}`, tab: 'home', event_ts: '1.0' };
    const event_id = `EvHOME${++this.#events}`;
    const payload = { type: 'event_callback', team_id: sandbox.teamId, event_id, event };
    await sandbox.deliverRaw({ type: 'events_api', payload });
    if (times === 'once') return;
    const retry = { num: 1, reason: 'http_timeout' };
    await sandbox.deliverRaw({ type: 'events_api', payload, retry });
  }

  /** The room shows the decision as soon as it was written; whoever wants to vote looks until then. */
  async #awaitDecision(
    { by, upgrade, room }: Who & { room: string },
    where: 'room' | 'directly',
    actionId: string,
  ): Promise<Message | undefined> {
    const person = this.#sandbox.as(by);
    if (where === 'room' && !person.channels().some(({ name }) => name === room)) return undefined;
    for (const end = Date.now() + DECISION_MS; ; await pause(25)) {
      const messages = where === 'room' ? person.messages(room) : person.directMessages();
      const asks = ({ text }: Message) => text.includes(`${upgrade}: roll back or keep going`);
      const open = messages.findLast((one) => asks(one) && JSON.stringify(one.blocks).includes(actionId));
      if (open || Date.now() > end) return open;
    }
  }

  /** Twice is two fingers on one button, or one and the same request that arrives twice. */
  async #deliver(
    type: 'slash_commands' | 'interactive',
    times: Times,
    prepare: () => Record<string, unknown>,
  ): Promise<Tried> {
    const first = prepare();
    const again = { once: [], 'double click': [prepare()], 'delivered twice': [first] }[times];
    const payloads = [first, ...again];
    const replies = await Promise.all(payloads.map((payload) => this.#sandbox.deliverRaw({ type, payload })));
    return { sent: payloads.length, taken: replies.some(({ acknowledged }) => acknowledged) };
  }

  async #try(
    who: Who,
    told: { channel: string; details: Details },
    act: (isAnswered: () => boolean) => Promise<Tried>,
  ): Promise<Attempt> {
    const before = this.#hands.get(who.by);
    const done = (before ?? Promise.resolve()).then(() => this.#tryNow(who, told, act));
    this.#hands.set(who.by, done);
    return done;
  }

  async #tryNow(
    { upgrade, by, verb }: Who,
    { channel, details }: { channel: string; details: Details },
    act: (isAnswered: () => boolean) => Promise<Tried>,
  ): Promise<Attempt> {
    const from = this.#now;
    const attempt: Attempt = { upgrade, by, verb, from, to: from, answer: '', sent: 0, ...details };
    this.attempts.push(attempt);
    const isAnswer = ({ text }: Ephemeral) => answers(text, { upgrade, verb, ...details });
    for (const end = this.#patience; attempt.answer === '' && Date.now() < end; ) {
      const heard = this.#heard(by, channel).length;
      const { sent, taken } = await act(() => this.#heard(by, channel).slice(heard).some(isAnswer));
      attempt.sent += sent;
      if (!taken) await pause(NOT_THERE_MS);
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

  /** Sends the form off as soon as it opens; an answer may come instead. */
  async #fill(
    person: Person,
    values: FormValues,
    { times, isAnswered = () => false }: { times: Times; isAnswered?: () => boolean },
  ): Promise<Tried> {
    const end = Date.now() + PATIENCE_MS;
    while (!person.modal() && !isAnswered() && Date.now() < end) await pause(15);
    if (!person.modal()) return { sent: 0, taken: isAnswered() };
    if (times !== 'once') {
      const tried = await this.#deliver('interactive', times, () => person.submissionPayload(values));
      while (person.modal()) await person.closeModal();
      return tried;
    }
    const { result } = await person.submit(values);
    while (person.modal()) await person.closeModal();
    return { sent: 1, taken: result === 'closed' || result === 'updated' };
  }

  get #patience(): number {
    return Math.min(Date.now() + GIVE_UP_MS, this.#deadline);
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }
}
