import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { FrontDoor } from './front-door.ts';

const servers: Server[] = [];
let door: FrontDoor;

afterEach(() => {
  door.close();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function startServer(name: string): Promise<number> {
  const server = createServer((_, response) => response.end(name)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const ask = async () => (await fetch(door.url, { headers: { connection: 'close' } })).text();

test('the processes are asked in turn, those that are ready at that moment; none → the line is cut', async () => {
  const ports = [await startServer('one'), await startServer('two')];
  let ready = ports;
  door = await FrontDoor.open(() => ready);
  expect(new Set([await ask(), await ask()])).toEqual(new Set(['one', 'two']));
  ready = ports.slice(1);
  expect([await ask(), await ask()]).toEqual(['two', 'two']);
  ready = [];
  await expect(ask()).rejects.toThrow('fetch failed');
});
