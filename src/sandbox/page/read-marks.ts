import type { Message } from '../model.ts';

/** How far each person has read each channel. What was there before the page was opened counts as read. */
export class ReadMarks {
  #since: number;
  #marks = new Map<string, number>();

  /** `since`: sandbox time from which messages are news. */
  constructor(since: Date) {
    this.#since = since.getTime() / 1000;
  }

  read(user: string, channel: string, messages: readonly Message[]): void {
    const last = messages.at(-1);
    if (last) this.#marks.set(`${user} ${channel}`, Number(last.ts));
  }

  unread(user: string, channel: string, messages: readonly Message[]): Message[] {
    const mark = this.#marks.get(`${user} ${channel}`) ?? this.#since;
    return messages.filter((message) => Number(message.ts) > mark && message.user !== user);
  }
}
