import type { Entry, Fact } from '../record/index.ts';

/** Facts that stand once per addressee, and are read once per message. */
export type Fanned = 'message.sent' | 'message.withdrawn';

/** One message to however many. */
export interface Fan {
  kind: string;
  targets: string[];
  /** The latest of them; 0 where it was not sent. */
  lateSeconds: number;
  /** Why it was not sent. */
  reason: string | undefined;
}

/** One line of the timeline. */
export type Line =
  | { at: Date; actor: string | null; fact: Fanned; data: Fan }
  | { at: Date; actor: string | null; fact: Exclude<Fact, Fanned>; data: unknown };

/** The record as lines, oldest first: the deliveries of one message are one line, where the first of them stands. */
export function groupEntries(entries: Entry[]): Line[] {
  const lines: Line[] = [];
  const fans = new Map<string, Fan>();
  for (const entry of entries) {
    const { at, actor } = entry;
    if (entry.fact !== 'message.sent' && entry.fact !== 'message.withdrawn') {
      lines.push({ at, actor, fact: entry.fact, data: entry.data });
      continue;
    }
    const { kind, slot, target } = entry.data;
    const lateSeconds = entry.fact === 'message.sent' ? entry.data.lateSeconds : 0;
    const reason = entry.fact === 'message.withdrawn' ? entry.data.reason : undefined;
    const message = JSON.stringify([entry.fact, kind, slot, reason]);
    const known = fans.get(message);
    if (known) {
      known.targets.push(target);
      known.lateSeconds = Math.max(known.lateSeconds, lateSeconds);
    } else {
      const fan = { kind, targets: [target], lateSeconds, reason };
      fans.set(message, fan);
      lines.push({ at, actor, fact: entry.fact, data: fan });
    }
  }
  return lines;
}
