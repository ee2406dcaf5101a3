import type { Change, Mentions, Sandbox } from '../../sandbox/index.ts';
import { readable } from './readable.ts';

/** Something that the bot said, and what became of it. */
export interface Seen {
  /** By the sandbox's clock. */
  at: Date;
  /** `#sales`, `@arjun` for a direct message, `@arjun in #sales` for an answer that only he sees there. */
  place: string;
  /** As it was posted, in plain words; of a bare file its name. */
  text: string;
  /** Every later wording of it, oldest first. */
  edits: { at: Date; text: string }[];
  /** Whom it calls, in any of its wordings. */
  mentions: Mentions;
  /** Buttons that it shows now. */
  actionIds: string[];
  /** Where it is, for clicks. */
  target: { channel: string; ts: string } | { ephemeral: string };
}

/** Keeps everything that anybody is shown, in the order in which it appears. */
export class Recorder {
  readonly seen: Seen[] = [];
  readonly #sandbox: Sandbox;
  readonly #byId = new Map<string, Seen>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    sandbox.onChange((change) => this.#note(change));
  }

  #note(change: Change): void {
    if (change.kind === 'message' || change.kind === 'message_changed') this.#noteMessage(change);
    if (change.kind === 'ephemeral') this.#noteAnswer(change);
  }

  #noteMessage({ channel = '', ts = '' }: Change): void {
    const { state } = this.#sandbox;
    const message = state.message(channel, ts);
    const where = state.channel(channel);
    if (!message || !where) return;
    const place = where.kind === 'im' ? this.#person(where.user ?? '') : `#${where.name}`;
    const { blocks, mentions, files } = message;
    const text = message.text || files.map((id) => `file ${state.file(id)?.name ?? id}`).join('\n');
    this.#keep(`${channel} ${ts}`, { place, ts, text, blocks, mentions, target: { channel, ts } });
  }

  #noteAnswer({ channel = '', user = '', ts = '' }: Change): void {
    const { state } = this.#sandbox;
    const where = state.channel(channel);
    for (const answer of state.ephemerals(user, channel).filter((one) => one.ts === ts)) {
      const place =
        where?.kind === 'im' ? this.#person(user) : `${this.#person(user)} in #${where?.name ?? channel}`;
      const { text, blocks } = answer;
      const mentions = { users: [], groups: [], broadcasts: [] };
      this.#keep(answer.id, { place, ts, text, blocks, mentions, target: { ephemeral: answer.id } });
    }
  }

  #keep(id: string, shown: Shown): void {
    const text = readable(shown.text, this.#sandbox.state);
    const actionIds = actionIdsIn(shown.blocks);
    const known = this.#byId.get(id);
    if (known) {
      known.edits.push({ at: this.#sandbox.clock.now(), text });
      known.mentions = joined(known.mentions, shown.mentions);
      known.actionIds = actionIds;
      return;
    }
    const { place, mentions, target } = shown;
    const at = new Date(Number(shown.ts) * 1_000);
    const seen: Seen = { at, place, text, edits: [], mentions, actionIds, target };
    this.#byId.set(id, seen);
    this.seen.push(seen);
  }

  #person(id: string): string {
    return `@${this.#sandbox.state.user(id)?.name ?? id}`;
  }
}

type Shown = Pick<Seen, 'place' | 'text' | 'mentions' | 'target'> & { ts: string; blocks: unknown };

/** The latest wording. */
export const wordingOf = (seen: Seen): string => seen.edits.at(-1)?.text ?? seen.text;

const joined = (a: Mentions, b: Mentions): Mentions => ({
  users: [...new Set([...a.users, ...b.users])],
  groups: [...new Set([...a.groups, ...b.groups])],
  broadcasts: [...new Set([...a.broadcasts, ...b.broadcasts])],
});

function actionIdsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(actionIdsIn);
  if (typeof part !== 'object' || part === null) return [];
  const own = 'action_id' in part && typeof part.action_id === 'string' ? [part.action_id] : [];
  return [...own, ...Object.values(part).flatMap(actionIdsIn)];
}
