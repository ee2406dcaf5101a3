import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../test/support/patience.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../../test/support/watchbell.ts';
import { importPlan, readShippedPlan } from '../demo/plan-upgrade.ts';
import { startTracing } from './tracing.ts';

const ROOM = '#crm-upgrade';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}

const database = await testDatabase();
const received: { spans: Span[]; service: string[] } = { spans: [], service: [] };
let collector: Server;
let world: TestWatchbell;
let stopTracing: () => Promise<void>;

beforeAll(async () => {
  collector = await startCollector();
  const { port } = collector.address() as AddressInfo;
  stopTracing = startTracing({ endpoint: `http://127.0.0.1:${port}/`, version: '1.2.3', role: 'all' });
  world = await bootWatchbell({ database, now: new Date('2026-12-01T09:00:00Z') });
});

afterAll(async () => {
  await world?.stop();
  trace.disable();
  context.disable();
  propagation.disable();
  collector?.close();
});

test('a command, its verb, its rows and its posts → one trace, received over OTLP', async () => {
  await importPlan(world.stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
  await world.stage.types('dana', ROOM, 'schedule', /is scheduled/);
  await world.idle();
  await stopTracing();
  const schedule = await vi.waitFor(() => one('/upgrade schedule'), PATIENCE);
  const story = received.spans.filter(({ traceId }) => traceId === schedule.traceId);
  const ancestors = (span: Span): string[] => {
    const parent = story.find(({ spanId }) => spanId === span.parentSpanId);
    return parent ? [parent.name, ...ancestors(parent)] : [];
  };
  const post = story.find(({ name, parentSpanId }) => name === 'slack chat.postMessage' && parentSpanId);
  expect(post && ancestors(post)).toEqual([
    expect.stringMatching(/^deliver /),
    'verb schedule',
    '/upgrade schedule',
    'command',
  ]);
  expect(received.service).toContain('watchbell');
  const delivered = story.find(({ name }) => name.startsWith('deliver '));
  expect(delivered?.attributes).toContainEqual({ key: 'watchbell.upgrade', value: { stringValue: 'UP-1' } });
});

const one = (name: string): Span => {
  const found = received.spans.find((span) => span.name === name);
  if (!found) throw new Error(`no span ${name} among ${received.spans.map((span) => span.name).join(', ')}`);
  return found;
};

interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Span[] }[];
  }[];
}

/** What a collector does with OTLP over HTTP, as far as it matters here. */
function startCollector(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { resourceSpans }: Export = JSON.parse(Buffer.concat(chunks).toString());
    for (const { resource, scopeSpans } of resourceSpans) {
      received.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
      const service = resource.attributes.find(({ key }) => key === 'service.name');
      received.service.push(service?.value.stringValue ?? '');
    }
    response
      .writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' })
      .end('{}');
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
