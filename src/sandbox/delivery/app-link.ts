import type { RawDelivery, RawReply } from '../model.ts';

/** What Slack tells a person whose command or click got no answer. */
export type DeliveryFailure = 'operation_timeout' | 'dispatch_failed' | 'http_service_error';

export type AppReply = RawReply & { failure?: DeliveryFailure };

/** One way to reach the app: Socket Mode or signed HTTP. */
export interface Transport {
  /** Resolves within 3 real seconds, acknowledged or not; never throws for what the app did. */
  deliver(delivery: RawDelivery): Promise<AppReply>;
}

/** Slack gives up on an answer after this many real milliseconds. */
export const answerWithin = 3_000;

/** Real milliseconds until an event that was not acknowledged is sent again. */
const eventRetries = [0, 60_000, 300_000];
const retryReasons: Record<string, string> = {
  operation_timeout: 'http_timeout',
  dispatch_failed: 'connection_failed',
  http_service_error: 'http_error',
};

/** Reaches the app over the transport in use, and repeats events (never commands or clicks) that were not acknowledged. */
export class AppLink {
  readonly #socket: Transport;
  #transport: Transport;
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(socket: Transport) {
    this.#socket = socket;
    this.#transport = socket;
  }

  /** `undefined` returns to Socket Mode. */
  use(transport: Transport | undefined): void {
    this.#transport = transport ?? this.#socket;
  }

  deliver(delivery: RawDelivery): Promise<AppReply> {
    return this.#transport.deliver(delivery);
  }

  /** Resolves after the first attempt; later ones go on by themselves. */
  async deliverEvent(payload: Record<string, unknown>, retry?: RawDelivery['retry']): Promise<void> {
    const reply = await this.deliver({ type: 'events_api', payload, retry });
    const attempts = retry?.num ?? 0;
    const wait = eventRetries[attempts];
    if (reply.acknowledged || wait === undefined || this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.deliverEvent(payload, { num: attempts + 1, reason: retryReasons[reply.failure ?? ''] ?? '' });
    }, wait);
    this.#timers.add(timer);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
