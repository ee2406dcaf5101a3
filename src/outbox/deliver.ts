import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '../clock.ts';
import type { Context } from '../context.ts';
import { textSection } from '../slack/blocks.ts';
import { SlackFailure } from '../slack/failure.ts';
import type { Message } from '../slack/message.ts';
import type { Posted, TurnPage } from '../slack/port.ts';
import { judgeMessage } from '../timetable/late-policy.ts';
import { type ClaimedDelivery, renewLease } from './claims.ts';
import type { PacedCall, Pacer, Verdict } from './pacer.ts';
import type { Delivery } from './store.ts';
import type { Lane } from './tables.ts';

/** Draws a message from the facts of the moment at which it is sent or edited. */
export type Renderer = (context: Context, delivery: Delivery) => Promise<Drawn | undefined>;

/** A message, or why it must not be sent any more; undefined is the same without a reason worth keeping. */
export type Drawn = Message | { withdrawn: string };

/** Longer than one call to Slack can take, whose time-out is 10 s, with a margin for a process that was held up. */
export const LEASE_SECONDS = 45;
const HALF_LEASE_MS = (LEASE_SECONDS * 1_000) / 2;
/** A clock of ours may be far ahead of Slack's: how long before its planned time a post is looked for. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
/**
 * Slack may carry a call out for some seconds after its answer was lost. An early look finds nearly all that arrived, and so
 * holds up little of what comes next; but only a look after this time proves that a post will not appear any more.
 */
const PROVEN_AFTER_SECONDS = 5;
const HISTORY = 'conversations.history';

/** Where the message stands now; or why it must not be sent; or that somebody else took the delivery over. */
export type Delivered = (Posted & { pinned: boolean }) | { withdrawn: string } | 'taken over';

/** Somebody else has the delivery now, while a look for it was under way. */
class TakenOver extends Error {}

/** Sends one claimed delivery: an edit where it stands already, else a post. */
export class Deliverer {
  readonly #context: Context;
  readonly #renderers: Record<string, Renderer>;
  readonly #pacer: Pacer;

  constructor(context: Context, renderers: Record<string, Renderer>, pacer: Pacer) {
    this.#context = context;
    this.#renderers = renderers;
    this.#pacer = pacer;
  }

  async deliver(delivery: ClaimedDelivery): Promise<Delivered> {
    const { channel, ts } = delivery;
    const outcome =
      channel && ts ? await this.#redraw(delivery, { channel, ts }) : await this.#post(delivery);
    if (outcome === 'taken over' || 'withdrawn' in outcome) return outcome;
    const pinned = delivery.pinned || (delivery.pin && (await this.#pin(delivery, outcome)));
    return { ...outcome, pinned };
  }

  /** Harmless to repeat. */
  async #redraw(delivery: ClaimedDelivery, place: Posted): Promise<Posted | { withdrawn: string }> {
    const message = await this.#draw(delivery);
    if ('withdrawn' in message) return message;
    await this.#slackOf(delivery).update(place.channel, place.ts, message);
    return place;
  }

  /** Posts once: where an earlier try may have reached Slack, looks before it sends. */
  async #post(delivery: ClaimedDelivery): Promise<Posted | { withdrawn: string } | 'taken over'> {
    const slack = this.#slackOf(delivery);
    if (delivery.doubtful) {
      const since = new Date(delivery.plannedFor.getTime() - LOOK_BACK_MS);
      const found = await this.#look(delivery, since);
      if (found === 'taken over') return found;
      if (found) {
        // It shows the facts of when it was posted, and a live message was touched since.
        if (delivery.wanted > 1) await this.#redraw({ ...delivery, ts: found.ts }, found);
        return found;
      }
      const retryAfter = PROVEN_AFTER_SECONDS - delivery.doubtFor;
      if (retryAfter > 0) throw new SlackFailure('doubtful', HISTORY, 'not there yet', { retryAfter });
    }
    const message = await this.#draw(delivery);
    if ('withdrawn' in message) return message;
    if (!(await this.#stillHolds(delivery))) return 'taken over';
    return slack.post(delivery.target, message, delivery.id);
  }

  /** Each page of it counts against Slack's limits, and takes its time: the claim has to last. */
  async #look(delivery: ClaimedDelivery, since: Date): Promise<Posted | undefined | 'taken over'> {
    const { teamId, target, id, lane } = delivery;
    const turnPage: TurnPage = async (ask) => {
      for (;;) {
        if (!(await renewLease(this.#context.db, delivery, LEASE_SECONDS))) throw new TakenOver();
        const verdict = await this.#admit(lane, { teamId, method: HISTORY });
        if (verdict !== 'go') {
          await pause(Math.min(verdict.wait, LEASE_SECONDS / 2) * 1_000);
          continue;
        }
        try {
          return await ask();
        } catch (error) {
          if (!(error instanceof SlackFailure) || error.kind !== 'limited') throw error;
          await this.#pacer.drain(this.#context.db, teamId, HISTORY, error.retryAfter);
        }
      }
    };
    try {
      return await this.#slackOf(delivery).findDelivery(target, id, { since, turnPage });
    } catch (error) {
      if (error instanceof TakenOver) return 'taken over';
      throw error;
    }
  }

  async #admit(lane: Lane, call: PacedCall): Promise<Verdict> {
    const [verdict = 'go'] = await this.#context.db.transaction((tx) =>
      this.#pacer.admit(tx, lane, [[call]]),
    );
    return verdict;
  }

  /** Looking and drawing may have taken so long that the lease has ended, or would end while the post is under way. */
  async #stillHolds(delivery: ClaimedDelivery): Promise<boolean> {
    if (!delivery.doubtful && delivery.heldFor() < HALF_LEASE_MS) return true;
    for (;;) {
      const asked = stopwatch();
      if (!(await renewLease(this.#context.db, delivery, LEASE_SECONDS))) return false;
      // This process may have stood still before it read the answer, while others went on.
      if (asked() < HALF_LEASE_MS) return true;
    }
  }

  async #draw(delivery: ClaimedDelivery): Promise<Drawn> {
    const late = delivery.ts ? undefined : judgeMessage(delivery, this.#context.clock.now());
    if (late) return { withdrawn: late };
    if (delivery.message) return this.#ownUpTo(delivery, delivery.message);
    const render = this.#renderers[delivery.kind];
    // A newer version of this program may have written it: it is for that one to send.
    if (!render)
      throw new SlackFailure('passing', 'render', `no renderer for messages of kind ${delivery.kind}`);
    return (await render(this.#context, delivery)) ?? { withdrawn: 'there is nothing to show' };
  }

  /** A message that takes the place of others says so: a gap is never passed over in silence. */
  #ownUpTo({ ts, missed }: ClaimedDelivery, message: Message): Message {
    if (ts || missed === 0) return message;
    const updates = missed === 1 ? 'The update before this one' : `The ${missed} updates before this one`;
    const note = `${updates} could not be sent. This one takes ${missed === 1 ? 'its' : 'their'} place.`;
    return { ...message, text: `${note}\n${message.text}`, blocks: [textSection(note), ...message.blocks] };
  }

  /** A message that could not be pinned, whatever the reason, is still a message: it is pinned with its next edit. */
  async #pin(delivery: Delivery, place: Posted): Promise<boolean> {
    try {
      return await this.#tryToPin(delivery, place);
    } catch (error) {
      this.#context.logger.warn({ err: error }, 'outbox: posted, but could not be pinned');
      return false;
    }
  }

  async #tryToPin({ teamId }: Delivery, { channel, ts }: Posted): Promise<boolean> {
    const { db } = this.#context;
    if ((await this.#admit('outbox', { teamId, method: 'pins.add' })) !== 'go') return false;
    try {
      await this.#context.slack.of(teamId).pin(channel, ts);
    } catch (error) {
      if (error instanceof SlackFailure && error.kind === 'limited')
        await this.#pacer.drain(db, teamId, 'pins.add', error.retryAfter);
      throw error;
    }
    return true;
  }

  #slackOf({ teamId }: Delivery) {
    return this.#context.slack.of(teamId);
  }
}
