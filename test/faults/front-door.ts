import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A load balancer before the bot's web processes: it asks whoever is ready, in turn, and knows nothing of what is said. */
export class FrontDoor {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  private constructor(ports: () => number[]) {
    this.#server = createServer((socket) => this.#pass(socket, ports()));
  }

  /** `ports` are those of the processes that are ready now. */
  static async open(ports: () => number[]): Promise<FrontDoor> {
    const door = new FrontDoor(ports);
    door.#server.listen(0, '127.0.0.1');
    await once(door.#server, 'listening');
    return door;
  }

  /** Where Slack sends its requests. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/slack/events`;
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #pass(socket: Socket, ports: number[]): void {
    const port = ports[this.#turn++ % Math.max(1, ports.length)];
    this.#keep(socket);
    if (port === undefined) return void socket.destroy();
    const behind = connect(port, '127.0.0.1');
    this.#keep(behind);
    socket.pipe(behind).pipe(socket);
    socket.once('close', () => behind.destroy());
    behind.once('close', () => socket.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
