import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Hangs up on whoever has been silent for longest once so many are, and keeps nobody who was answered once half as many are
 * open. Slack speaks as soon as it is connected: others who say nothing, or say it by the drop, shut out each other.
 */
export function limitSilent(server: Server, most: number): void {
  const silent = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    silent.add(socket);
    socket.once('close', () => {
      open -= 1;
      silent.delete(socket);
    });
    const [longest] = silent;
    if (silent.size > most) longest?.destroy();
  });
  server.on('request', (request, response) => {
    request.once('end', () => silent.delete(request.socket));
    if (open > most / 2) response.shouldKeepAlive = false;
  });
}
