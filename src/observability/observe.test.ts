import { connect, createServer, type Socket } from 'node:net';
import { afterAll, expect, test, vi } from 'vitest';
import { silentJobs } from '../../test/support/context.ts';
import { freePort } from '../../test/support/free-port.ts';
import { PATIENCE } from '../../test/support/patience.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { systemClock } from '../clock.ts';
import { createLogger } from '../logger.ts';
import { observe } from './observe.ts';
import { operatorRoutes } from './routes.ts';

const database = await testDatabase();
const port = await freePort();
const sockets: Socket[] = [];
/** The way to Postgres, which can be cut. */
const way = createServer((socket) => {
  const { hostname, port: there } = new URL(database.url);
  const onward = connect(Number(there), hostname);
  sockets.push(socket, onward);
  for (const each of [socket, onward]) each.on('error', () => {});
  socket.pipe(onward).pipe(socket);
}).listen(port, '127.0.0.1');

const url = Object.assign(new URL(database.url), { hostname: '127.0.0.1', port: String(port) });
const observation = observe({
  databaseUrl: url.href,
  database,
  jobs: silentJobs,
  clock: systemClock,
  logger: createLogger({ level: 'silent' }),
  version: '1.0.0',
  role: 'all',
  kinds: ['heartbeat'],
});
const routes = operatorRoutes(observation);
const scrape = async () => (await routes.request('/metrics')).text();

afterAll(async () => {
  await observation.close();
  way.close();
});

test('Postgres goes away → metrics go on, say so, and no longer tell what was true before; 503', async () => {
  observation.addPool('receipts', database.pool);
  const before = await scrape();
  expect(before).toContain('watchbell_database_up 1');
  expect(before).toContain('watchbell_outbox_pending{lane="outbox"} 0');
  expect(before).toContain('watchbell_open_decisions 0');
  expect(before).toMatch(/watchbell_database_connections{pool="receipts",state="waiting"} \d/);
  expect((await routes.request('/readyz')).status).toBe(200);
  way.close();
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(async () => expect(await scrape()).toContain('watchbell_database_up 0'), PATIENCE);
  const after = await scrape();
  expect(after).not.toMatch(/^watchbell_(outbox|timetable_(due|planned|oldest)|open_decisions|running)/m);
  await vi.waitFor(async () => expect((await routes.request('/readyz')).status).toBe(503), PATIENCE);
});
