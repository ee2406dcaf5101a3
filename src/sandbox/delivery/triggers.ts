import { realMilliseconds } from '../../clock.ts';
import { SlackFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';

const lifetime = 3_000;
/** Until then a late use is told apart from an invented id. */
const remembered = 60_000;

interface Trigger {
  user: string;
  issued: number;
  used: boolean;
}

/** Trigger ids: three real seconds, one use, good for the person who acted. */
export class Triggers {
  readonly #workspace: Workspace;
  readonly #issued = new Map<string, Trigger>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  issue(user: string): string {
    const id = `${this.#workspace.nextId('')}.${this.#workspace.team.id}.${user}`;
    this.#forget();
    this.#issued.set(id, { user, issued: realMilliseconds(), used: false });
    return id;
  }

  /** The person it was issued to. Throws `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id`. */
  exchange(id: string): string {
    const trigger = this.#issued.get(id);
    if (!trigger) throw new SlackFailure('invalid_trigger_id');
    if (trigger.used) throw new SlackFailure('exchanged_trigger_id');
    if (realMilliseconds() - trigger.issued > lifetime) throw new SlackFailure('expired_trigger_id');
    trigger.used = true;
    return trigger.user;
  }
  #forget(): void {
    for (const [id, trigger] of this.#issued) {
      if (realMilliseconds() - trigger.issued > remembered) this.#issued.delete(id);
    }
  }
}
