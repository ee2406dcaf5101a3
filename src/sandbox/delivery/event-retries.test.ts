import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../../test/support/patience.ts';
import type { Sandbox } from '../index.ts';
import { startHarbour } from '../testing.ts';

let sandbox: Sandbox;
let server: Server;
/** Status per request; the last one stays. */
let statuses: number[];
let seen: { retry: string | undefined; reason: string | undefined; body: string }[];

beforeEach(async () => {
  seen = [];
  sandbox = await startHarbour();
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const header = (name: string) => request.headers[name]?.toString();
    seen.push({ retry: header('x-slack-retry-num'), reason: header('x-slack-retry-reason'), body });
    response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sandbox.deliverOverHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sandbox.close();
});

describe('what was not acknowledged', () => {
  test('an event is sent again at once, with its number, reason and the same id', async () => {
    statuses = [500, 200];
    await sandbox.as('dana').openHome();
    await vi.waitFor(() => expect(seen).toHaveLength(2), PATIENCE);
    expect(seen.map(({ retry }) => retry)).toEqual([undefined, '1']);
    expect(seen[1]?.reason).toBe('http_error');
    expect(seen[1]?.body).toBe(seen[0]?.body);
  });

  test('a command is not sent again; the person is told', async () => {
    statuses = [500];
    await expect(sandbox.as('dana').command('#crm-upgrade', '/upgrade')).resolves.toEqual({
      acknowledged: false,
      failure: '/upgrade failed with the error "http_service_error"',
    });
    statuses = [200];
    await sandbox.as('dana').command('#crm-upgrade', '/upgrade', 'again');
    expect(seen.map(({ body }) => new URLSearchParams(body).get('text'))).toEqual(['', 'again']);
  });
});
