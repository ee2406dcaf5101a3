import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Dispatcher, Outcome } from './api/dispatch.ts';
import type { Uploads } from './api/files.ts';
import type { Core } from './core.ts';
import { SlackFailure } from './failure.ts';
import type { FaultQueue } from './faults.ts';

interface Parts {
  core: Core;
  dispatcher: Dispatcher;
  uploads: Uploads;
  faults: FaultQueue;
}

/** What Slack answers over HTTP: Web API, response URLs, uploads and downloads; and faults for tests in other processes. */
export function addRoutes(http: Hono, parts: Parts): void {
  http.on(['GET', 'POST'], '/api/:method', (context) => answerCall(context, parts.dispatcher));
  http.post('/response/:team/:id', (context) => answerResponse(context, parts.core));
  http.post('/upload/:file/:secret', (context) => receiveUpload(context, parts.uploads));
  http.get('/files-pri/:file/:name', (context) => download(context, parts.core));
  http.post('/sandbox/faults', (context) => injectFault(context, parts.faults));
  http.delete('/sandbox/faults', (context) => {
    parts.faults.clear();
    return context.json({ ok: true });
  });
}

async function answerCall(context: Context, dispatcher: Dispatcher): Promise<Response> {
  const given = await readArguments(context);
  if (!given) return context.json({ ok: false, error: 'invalid_json' });
  const { token, ...args } = given;
  const bearer = bearerToken(context) ?? (typeof token === 'string' ? token : undefined);
  const outcome = await dispatcher.answer({ method: context.req.param('method') ?? '', token: bearer, args });
  if (outcome.kind === 'torn') return tear(context, outcome);
  return outcome.kind === 'answer'
    ? new Response(outcome.body, { status: outcome.status, headers: outcome.headers })
    : drop(context, outcome.how);
}

const bearerToken = (context: Context): string | undefined =>
  /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];

/** Arguments of the query and of a form or JSON body; `undefined` when the body is no JSON object. */
async function readArguments(context: Context): Promise<Record<string, unknown> | undefined> {
  const query = decode(context.req.query());
  if (context.req.method === 'GET') return query;
  const isJson = context.req.header('content-type')?.includes('application/json');
  const body = isJson ? parseObject(await context.req.text()) : await context.req.parseBody();
  return body && { ...query, ...decode(body) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseOr(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** Arguments that Slack takes as JSON within a form. */
const structured = new Set(['blocks', 'view', 'metadata', 'files', 'attachments']);

function decode(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      structured.has(key) && typeof value === 'string' ? parseOr(value) : value,
    ]),
  );
}

/** Text that is no JSON stays text, which the method's own checks then refuse. */
function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Ends the connection without an answer; a reset says so on the wire. */
function drop(context: Context, how: (Outcome & { kind: 'drop' })['how']): Response {
  const { outgoing } = context.env as { outgoing: ServerResponse & { socket: Socket } };
  if (how === 'lost') outgoing.socket.destroy();
  else outgoing.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** Sends the head and part of the body, and cuts the line. */
function tear(context: Context, { status, headers, body }: Outcome & { kind: 'torn' }): Response {
  const { outgoing } = context.env as { outgoing: ServerResponse & { socket: Socket } };
  outgoing.writeHead(status, headers);
  outgoing.write(body, () => outgoing.socket.destroy());
  return RESPONSE_ALREADY_SENT;
}

async function answerResponse(context: Context, core: Core): Promise<Response> {
  const body = parseObject(await context.req.text());
  if (!body) return context.json({ ok: false, error: 'invalid_payload' }, 400);
  try {
    core.responseUrls.respond(context.req.param('id') ?? '', body);
    return context.text('ok');
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    const gone = error.code === 'expired_url' || error.code === 'used_url';
    return context.json({ ok: false, error: error.code, ...error.body }, gone ? 404 : 400);
  }
}

async function receiveUpload(context: Context, uploads: Uploads): Promise<Response> {
  const content = await readUpload(context);
  const received = uploads.receive(context.req.param('file') ?? '', content);
  return received ? context.text(`OK - ${content.length}`) : context.text('Invalid upload', 400);
}

async function readUpload(context: Context): Promise<Buffer> {
  if (!context.req.header('content-type')?.includes('multipart/form-data')) {
    return Buffer.from(await context.req.arrayBuffer());
  }
  const parts = Object.values(await context.req.parseBody());
  const file = parts.find((part): part is File => part instanceof File);
  return Buffer.from((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
}

/** As in Slack, a download without a good token is sent to the sign-in page instead of refused. */
function download(context: Context, core: Core): Response | Promise<Response> {
  const allowed =
    bearerToken(context) === core.credentials.botToken && core.manifest.botScopes.includes('files:read');
  const id = context.req.param('file') ?? '';
  const file = core.workspace.file(id);
  const content = core.workspace.content(id);
  if (!file || !content) return context.notFound();
  if (!allowed) return context.redirect(`${core.url}/?redir=${encodeURIComponent(context.req.path)}`);
  return new Response(new Uint8Array(content), { headers: { 'content-type': file.mimetype } });
}

const faultShape = z.strictObject({
  method: z.string(),
  kind: z.string(),
  times: z.int().positive().optional(),
  match: z.record(z.string(), z.unknown()).optional(),
  delay: z.number().optional(),
  retryAfter: z.number().optional(),
  status: z.int().optional(),
  applied: z.boolean().optional(),
});

async function injectFault(context: Context, faults: FaultQueue): Promise<Response> {
  const parsed = faultShape.safeParse(parseObject(await context.req.text()));
  if (!parsed.success) return context.json({ ok: false, error: parsed.error.message }, 400);
  faults.inject(parsed.data);
  return context.json({ ok: true });
}
