import type {
  Acknowledged,
  ClickOptions,
  FormValues,
  Person,
  Submission,
  View,
} from '../../sandbox/index.ts';
import type { Booted } from '../boot.ts';
import { passUntil, until, untilIdle } from '../pass-time.ts';
import type { Expected } from './oracle.ts';
import { Recorder, type Seen, wordingOf } from './recorder.ts';

/** Where an answer is read: in the channel where one acts, seen by nobody else, or in one's direct messages. */
type AnswerPlace = string;

/**
 * People at their Slack: they type, click and fill in forms, and wait for what they are told. Every answer that is waited
 * for becomes something that must be there, so that no other answer goes unnoticed.
 */
export class Stage {
  readonly recorder: Recorder;
  /** The private answers that people waited for. */
  readonly answers: Expected[] = [];
  readonly #world: Booted;

  constructor(world: Booted) {
    this.#world = world;
    this.recorder = new Recorder(world.sandbox);
  }

  get now(): Date {
    return this.#world.clock.now();
  }

  as(name: string): Person {
    return this.#world.sandbox.as(name);
  }

  /** Lets everything happen that is planned up to this instant. */
  async passUntil(at: Date): Promise<void> {
    await passUntil(this.#world, at);
  }

  /** Everything that follows from what was done has been said. */
  async settle(): Promise<void> {
    await untilIdle(this.#world);
  }

  /** `/upgrade <text>`, and the answer that only this person sees. */
  async types(name: string, channel: string, text: string, answer: RegExp): Promise<Seen> {
    return this.#answered(`@${name} in ${channel}`, `/upgrade ${text.split('\n')[0]}`, answer, () =>
      this.as(name).command(channel, '/upgrade', text),
    );
  }

  /** A click on a button of a message, and the answer that only this person sees. */
  async clicks(
    name: string,
    message: Seen,
    actionId: string,
    answer: { in: AnswerPlace; text: RegExp },
    options?: ClickOptions,
  ): Promise<Seen> {
    return this.#answered(`@${name} ${answer.in}`.trim(), actionId, answer.text, () =>
      this.as(name).click(message.target, actionId, options),
    );
  }

  /** A click that must go through; what it leads to is for others to see. */
  async presses(name: string, message: Seen, actionId: string, options?: ClickOptions): Promise<void> {
    accepted(await this.as(name).click(message.target, actionId, options));
  }

  /** Something that opens a form for this person. */
  async opens(name: string, act: (person: Person) => Promise<Acknowledged>): Promise<View> {
    const person = this.as(name);
    const before = person.modal()?.view.id;
    accepted(await act(person));
    return until(`${name} has a form`, () => {
      const view = person.modal()?.view;
      return view && view.id !== before ? view : undefined;
    });
  }

  /** Sends the form on top, which closes. */
  async submits(name: string, values: FormValues): Promise<void> {
    const outcome = await this.as(name).submit(values);
    if (outcome.result !== 'closed') throw new Error(`${name}'s form: ${sayOutcome(outcome)}`);
  }

  /** Sends the form on top, and waits for the answer that only this person sees. */
  async submitsAnswered(name: string, values: FormValues, answer: { in: AnswerPlace; text: RegExp }) {
    return this.#answered(`@${name} ${answer.in}`.trim(), 'a form', answer.text, async () => {
      await this.submits(name, values);
      return { acknowledged: true };
    });
  }

  /** The latest message at this place whose present wording is like this. */
  find(place: string, text: RegExp): Seen {
    const found = this.recorder.seen.findLast((seen) => seen.place === place && text.test(wordingOf(seen)));
    if (!found) throw new Error(`No message at ${place} like ${text}.`);
    return found;
  }

  async #answered(
    place: string,
    what: string,
    text: RegExp,
    act: () => Promise<Acknowledged>,
  ): Promise<Seen> {
    const before = this.recorder.seen.length;
    const due = this.now;
    accepted(await act());
    const answer = await until(`${place} reads an answer to ${what} like ${text}`, () =>
      this.recorder.seen.slice(before).find((seen) => seen.place === place && text.test(seen.text)),
    ).catch((error: unknown) => {
      const heard = this.recorder.seen.slice(before).map((seen) => `${seen.place}: ${seen.text}`);
      throw new Error(`${String(error)} Heard instead:\n${heard.join('\n') || 'nothing'}`);
    });
    this.answers.push({ what: `answer to ${what}`, place, text, due });
    return answer;
  }
}

function accepted(outcome: Acknowledged): void {
  if (!outcome.acknowledged) throw new Error(outcome.failure);
}

function sayOutcome(outcome: Submission): string {
  if (outcome.result === 'errors') return JSON.stringify(outcome.errors);
  return outcome.result === 'failed' ? outcome.failure : outcome.result;
}
