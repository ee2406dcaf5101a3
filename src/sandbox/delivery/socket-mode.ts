import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { appId } from '../bot-user.ts';
import type { RawDelivery, SocketControl } from '../model.ts';
import { type AppReply, answerWithin, type Transport } from './app-link.ts';

/** Slack allows this many connections of one app. */
const mostConnections = 10;
/** Real milliseconds between pings, well within the 30 s after which Slack's client gives up. */
const pingEvery = 10_000;
const goodbyeWithin = 1_000;

/** The server's side of Socket Mode: each payload goes to one of the app's connections, which acknowledges it by its envelope. */
export class SocketMode implements Transport, SocketControl {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sockets: WebSocket[] = [];
  readonly #tickets = new Set<string>();
  readonly #waiting = new Map<string, (payload: unknown) => void>();
  readonly #pings = setInterval(() => this.#ping(), pingEvery).unref();
  #turn = 0;

  get connections(): number {
    return this.#sockets.length;
  }

  /** A ticket for one connection, or `undefined` when the app has too many already. */
  issueTicket(): string | undefined {
    if (this.#sockets.length >= mostConnections) return undefined;
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return ticket;
  }

  /** Takes over an HTTP upgrade; without a valid ticket the connection is closed. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://sandbox').searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (connected) => this.#welcome(connected));
  }

  deliver(delivery: RawDelivery): Promise<AppReply> {
    this.#turn += 1;
    const open = this.#sockets.filter((one) => one.readyState === one.OPEN);
    const socket = open[this.#turn % open.length];
    if (!socket) return Promise.resolve({ acknowledged: false, body: undefined, failure: 'dispatch_failed' });
    const envelope = randomUUID();
    return new Promise((resolve) => {
      const settle = (reply: AppReply): void => {
        clearTimeout(timer);
        this.#waiting.delete(envelope);
        resolve(reply);
      };
      const timer = setTimeout(
        () => settle({ acknowledged: false, body: undefined, failure: 'operation_timeout' }),
        answerWithin,
      );
      this.#waiting.set(envelope, (body) => settle({ acknowledged: true, body }));
      socket.send(JSON.stringify(toEnvelope(envelope, delivery)));
    });
  }

  disconnect(reason: 'warning' | 'refresh_requested' | 'abrupt' = 'refresh_requested'): void {
    for (const socket of [...this.#sockets]) {
      if (reason === 'abrupt') socket.terminate();
      else socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }));
    }
  }

  /** Says goodbye on every connection, and hangs up on those that do not answer. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    await Promise.all(this.#sockets.map(hangUp));
    this.#server.close();
  }

  #welcome(socket: WebSocket): void {
    this.#sockets.push(socket);
    socket.on('message', (data) => this.#acknowledge(socket, String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#sockets.splice(this.#sockets.indexOf(socket), 1));
    const hello = {
      type: 'hello',
      num_connections: this.#sockets.length,
      connection_info: { app_id: appId },
      debug_info: { host: 'sandbox', approximate_connection_time: 3600 },
    };
    socket.send(JSON.stringify(hello));
  }

  /** Something that is no acknowledgement ends the connection. */
  #acknowledge(socket: WebSocket, text: string): void {
    try {
      const message: { envelope_id?: string; payload?: unknown } = JSON.parse(text);
      this.#waiting.get(message.envelope_id ?? '')?.(message.payload);
    } catch {
      socket.close(1003, 'not an acknowledgement');
    }
  }

  #ping(): void {
    for (const socket of this.#sockets) socket.ping();
  }
}

function hangUp(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => socket.terminate(), goodbyeWithin);
    socket.once('close', () => {
      clearTimeout(patience);
      resolve();
    });
    socket.close(1001);
  });
}

const toEnvelope = (envelope: string, { type, payload, retry }: RawDelivery): Record<string, unknown> => ({
  envelope_id: envelope,
  type,
  payload,
  accepts_response_payload: type !== 'events_api',
  ...(type === 'events_api' ? { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' } : {}),
});
