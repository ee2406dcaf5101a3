import type { Entry, Fact } from '../record/index.ts';

/** One message to however many: kind and slot say which one. */
export interface Sent {
  kind: string;
  targets: string[];
  /** The latest of them. */
  lateSeconds: number;
}

/** One line of the timeline. */
export type Line =
  | { at: Date; actor: string | null; fact: 'message.sent'; data: Sent }
  | { at: Date; actor: string | null; fact: Exclude<Fact, 'message.sent'>; data: unknown };

/** The record as lines, oldest first: the deliveries of one message are one line, where the first of them stands. */
export function groupEntries(entries: Entry[]): Line[] {
  const lines: Line[] = [];
  const messages = new Map<string, Sent>();
  for (const entry of entries) {
    const { at, actor } = entry;
    if (entry.fact !== 'message.sent') {
      lines.push({ at, actor, fact: entry.fact, data: entry.data });
      continue;
    }
    const { kind, slot, target, lateSeconds } = entry.data;
    const known = messages.get(`${kind} ${slot}`);
    if (known) {
      known.targets.push(target);
      known.lateSeconds = Math.max(known.lateSeconds, lateSeconds);
    } else {
      const sent = { kind, targets: [target], lateSeconds };
      messages.set(`${kind} ${slot}`, sent);
      lines.push({ at, actor, fact: 'message.sent', data: sent });
    }
  }
  return lines;
}
