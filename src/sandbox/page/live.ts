import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Change, Sandbox } from '../model.ts';
import type { ClockControls } from './clock-controls.ts';

const SETTLE_MS = 40;
const PING_MS = 15_000;

/** Tells a browser that something this person can see has changed; bursts become one message. */
export function streamChanges(
  context: Context,
  sandbox: Sandbox,
  userId: string,
  clock?: ClockControls,
): Response {
  return streamSSE(context, async (stream) => {
    const bell = new Bell();
    const ring = () => bell.ring();
    const listening = [
      sandbox.onChange((change) => maySee(sandbox, userId, change) && ring()),
      sandbox.clock.onChange(ring),
      clock?.onChange(ring),
    ];
    stream.onAbort(() => bell.stop());
    try {
      await announce(stream, bell);
    } finally {
      for (const stop of listening) stop?.();
    }
  });
}

async function announce(stream: SSEStreamingApi, bell: Bell): Promise<void> {
  await stream.writeSSE({ event: 'ready', data: '' });
  for (;;) {
    const heard = await bell.heard(PING_MS);
    if (heard === 'stopped') return;
    await stream.writeSSE({ event: heard === 'rung' ? 'change' : 'ping', data: '' });
    await stream.sleep(SETTLE_MS);
  }
}

function maySee(sandbox: Sandbox, userId: string, change: Change): boolean {
  if (change.user !== undefined && change.user !== userId) return false;
  const channel = change.channel === undefined ? undefined : sandbox.state.channel(change.channel);
  return channel === undefined || channel.kind === 'public' || channel.members.includes(userId);
}

/** Remembers that it was rung while nobody listened. */
class Bell {
  #rung = false;
  #stopped = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Waits for a ring, at most `milliseconds` of real time. */
  async heard(milliseconds: number): Promise<'rung' | 'silence' | 'stopped'> {
    if (!this.#rung && !this.#stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const rung = this.#rung;
    this.#rung = false;
    if (this.#stopped) return 'stopped';
    return rung ? 'rung' : 'silence';
  }
}
