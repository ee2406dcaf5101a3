import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildApp, type Watchbell } from '../../src/app.ts';
import { AdjustableClock, realMilliseconds, systemClock } from '../../src/clock.ts';
import { logTo } from '../../src/logger.ts';
import { harbour, readManifest, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { PATIENCE } from '../support/patience.ts';
import { testDatabase } from '../support/postgres.ts';

/*
 * What reaches the address that Slack calls may come from anybody. Whatever it is: a quick answer that says no, nothing
 * done, no secret in the log, and the next honest request is served.
 */
const database = await testDatabase();
const log: string[] = [];
let sandbox: Sandbox;
let app: Watchbell;
let port: number;

beforeAll(async () => {
  const clock = new AdjustableClock({ at: new Date('2026-11-27T09:00:00Z') });
  const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
  sandbox = await startSandbox({ organisation: harbour, manifest, clock });
  const { botToken, signingSecret } = sandbox.credentials;
  const transport = { kind: 'http', signingSecret, host: '127.0.0.1', port: 0 } as const;
  const logger = logTo({ write: (line) => void log.push(line) }, 'trace');
  app = await buildApp(
    {
      databaseUrl: database.url,
      queueUrl: database.url,
      slack: { botToken, apiUrl: `${sandbox.url}/api/`, transport },
      clock: { speed: 1, anchor: undefined },
      templatesDir: undefined,
      logLevel: 'trace',
    },
    { clock, logger, role: 'web' },
  );
  await app.start();
  port = app.port() ?? 0;
});
afterAll(async () => {
  await app?.stop();
  await sandbox?.close();
});

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const QUICK_MS = 1_500;

let commands = 0;
/** Slack gives each command a trigger of its own. */
const command = (userId = 'UDANA') =>
  new URLSearchParams({
    command: '/upgrade',
    text: 'list',
    team_id: sandbox.teamId,
    user_id: userId,
    channel_id: 'CCRMUPGRADE',
    trigger_id: `1.2.${++commands}`,
    response_url: `${sandbox.url}/response/none`,
  }).toString();

const inSeconds = (more = 0) => String(Math.floor(systemClock.now().getTime() / 1_000) + more);

function signature(body: string | Buffer, timestamp: string, secret = sandbox.credentials.signingSecret) {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

interface Sent {
  body: string | Buffer;
  type?: string;
  timestamp?: string;
  headers?: Record<string, string>;
}

/** Signed as Slack signs, unless the headers say otherwise. */
async function send({ body, type = FORM, timestamp = inSeconds(), headers = {} }: Sent) {
  const began = realMilliseconds();
  const answer = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature(body, timestamp),
      ...headers,
    },
  });
  return { status: answer.status, text: await answer.text(), took: realMilliseconds() - began };
}

/** Nothing was called at Slack, and an honest request is still served. */
async function expectUnharmed(before: number) {
  expect(sandbox.calls).toHaveLength(before);
  expect(await send({ body: command() })).toMatchObject({ status: 200 });
  await vi.waitFor(() => expect(sandbox.calls.length).toBeGreaterThan(before), PATIENCE);
}

test('what is refused for its signature → the log says so, once however many come', async () => {
  for (let times = 0; times < 3; times++)
    await send({ body: command(), headers: { 'x-slack-signature': 'v0=0' } });
  expect(log.filter((line) => line.includes('check SLACK_SIGNING_SECRET'))).toEqual([
    expect.stringContaining('the signature does not match'),
  ]);
});

const unsigned = { 'x-slack-signature': '' };
const REFUSED: [string, () => Sent, status: number][] = [
  ['an old signature', () => ({ body: command(), timestamp: inSeconds(-360) }), 401],
  ['a signature of the future', () => ({ body: command(), timestamp: inSeconds(360) }), 401],
  ['a timestamp of 400 digits', () => ({ body: command(), timestamp: '9'.repeat(400) }), 401],
  ['a negative timestamp', () => ({ body: command(), timestamp: `-${inSeconds()}` }), 401],
  ['a timestamp in hexadecimal', () => ({ body: command(), timestamp: '0x7fffffff' }), 401],
  ['no timestamp', () => ({ body: command(), timestamp: '' }), 401],
  ['no signature', () => ({ body: command(), headers: unsigned }), 401],
  [
    'a signature with another secret',
    () => {
      const timestamp = inSeconds();
      const body = command();
      const forged = signature(body, timestamp, 'another secret altogether');
      return { body, timestamp, headers: { 'x-slack-signature': forged } };
    },
    401,
  ],
  [
    'a signature of the right length in other characters',
    () => ({ body: command(), headers: { 'x-slack-signature': `v0=${'é'.repeat(64)}` } }),
    401,
  ],
  [
    'a signature in upper case',
    () => {
      const timestamp = inSeconds();
      const body = command();
      const loud = signature(body, timestamp).toUpperCase();
      return { body, timestamp, headers: { 'x-slack-signature': loud } };
    },
    401,
  ],
  [
    'a body altered by one letter',
    () => {
      const timestamp = inSeconds();
      const body = command();
      const honest = signature(body, timestamp);
      const altered = body.replace('UDANA', 'UPRIYA');
      return { body: altered, timestamp, headers: { 'x-slack-signature': honest } };
    },
    401,
  ],
  [
    'a body that goes on after what was signed',
    () => {
      const timestamp = inSeconds();
      const body = command();
      const honest = signature(body, timestamp);
      return { body: `${body}&text=start`, timestamp, headers: { 'x-slack-signature': honest } };
    },
    401,
  ],
  ['a body of 2 MB', () => ({ body: 'x'.repeat(2_000_000) }), 413],
  ['a body that is no UTF-8', () => ({ body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), type: JSON_TYPE }), 400],
  ['JSON that ends too early', () => ({ body: '{"type":"event_callback"', type: JSON_TYPE }), 400],
  ['JSON null', () => ({ body: 'null', type: JSON_TYPE }), 400],
  ['a JSON list', () => ({ body: '[{}]', type: JSON_TYPE }), 400],
  ['a JSON number', () => ({ body: '1e999', type: JSON_TYPE }), 400],
  ['JSON 100,000 levels deep', () => ({ body: '['.repeat(100_000), type: JSON_TYPE }), 400],
  ['a payload that is no JSON', () => ({ body: 'payload=%7Bnot' }), 400],
  ['a payload that is null', () => ({ body: 'payload=null' }), 400],
  ['another content type', () => ({ body: '<command/>', type: 'text/xml' }), 400],
  ['no content type', () => ({ body: Buffer.from(command()), type: '' }), 400],
  ['an empty body', () => ({ body: '' }), 404],
  ['a payload of a kind that Slack does not have', () => ({ body: interactive({ type: 'surprise' }) }), 404],
  ['an event without an event', () => ({ body: event({}), type: JSON_TYPE }), 404],
  ['an event that is a word', () => ({ body: event({ event: 'gone' }), type: JSON_TYPE }), 500],
  ['a click without a person or actions', () => ({ body: interactive({ type: 'block_actions' }) }), 404],
  ['a submission without a view', () => ({ body: interactive({ type: 'view_submission' }) }), 500],
  ['another command than ours', () => ({ body: command().replace('upgrade', 'downgrade') }), 404],
];

const interactive = (payload: object) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const event = (more: object) =>
  JSON.stringify({ type: 'event_callback', team_id: sandbox.teamId, event_id: 'Ev1', ...more });

test.each(REFUSED)('%s → refused quickly, nothing is done', async (_, sent, status) => {
  const before = sandbox.calls.length;
  const answer = await send(sent());
  expect(answer).toMatchObject({ status });
  expect(answer.took).toBeLessThan(QUICK_MS);
  await expectUnharmed(before);
});

const person = (more: object = {}) => ({
  team: { id: sandbox.teamId },
  user: { id: 'UDANA', team_id: sandbox.teamId },
  trigger_id: '1.2.3',
  channel: { id: 'CCRMUPGRADE' },
  ...more,
});
const clickOn = (action: object, more: object = {}) =>
  person({ type: 'block_actions', actions: [{ type: 'button', ...action }], ...more });
const click = (...given: Parameters<typeof clickOn>) => interactive(clickOn(...given));
const submission = (view: object) => interactive(person({ type: 'view_submission', view }));

/** Signed rightly, but not as Slack writes: answered as a person would be, and nothing is done. */
const STRANGE: [string, () => string][] = [
  ['a click on what is no longer there', () => click({ action_id: 'gone.with.the.wind', value: '1' })],
  ['a click without a value', () => click({ action_id: 'upgrade.start' })],
  ['a click without an id', () => click({ value: '1' })],
  ['a click on a prototype', () => click({ action_id: '__proto__', value: '__proto__' })],
  ['a click by nobody', () => click({ action_id: 'upgrade.start', value: '1' }, { user: undefined })],
  [
    'a click from nowhere',
    () => click({ action_id: 'planning.list' }, { team: null, user: { id: 'UDANA' } }),
  ],
  ['a click from elsewhere', () => click({ action_id: 'planning.list' }, { team: { id: 'TELSEWHERE' } })],
  ['a form that is no longer there', () => submission({ callback_id: 'gone', type: 'modal', blocks: [] })],
  [
    'a form without blocks or state',
    () => submission({ callback_id: 'upgrade.status.submit', type: 'modal' }),
  ],
  [
    'a form whose metadata is no JSON',
    () =>
      submission({ callback_id: 'planning.plan.submit', private_metadata: 'no', blocks: [], type: 'modal' }),
  ],
];

test.each(STRANGE)('%s → an answer, nothing done', async (_, body) => {
  const posts = () => sandbox.calls.filter(({ method }) => method === 'chat.postMessage').length;
  const before = posts();
  const answer = await send({ body: body() });
  expect(answer.took).toBeLessThan(QUICK_MS);
  expect([200, 404, 500]).toContain(answer.status);
  expect(posts()).toBe(before);
  expect(await send({ body: command() })).toMatchObject({ status: 200 });
});

/** How often the bot asked who this is: once for each act of theirs. */
const lookUpsOf = (user: string) =>
  sandbox.calls.filter(({ method, args }) => method === 'users.info' && args.user === user).length;

test('a request played again within the five minutes → answered, and done once', async () => {
  const refused = () => log.filter((line) => line.includes('came again')).length;
  const before = refused();
  const sent = { body: command('UARJUN'), timestamp: inSeconds() };
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(sent)));
  for (let i = 0; i < 5; i++) answers.push(await send(sent));
  expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(Array(10).fill('200 '));
  await vi.waitFor(() => expect(refused()).toBe(before + 9), PATIENCE);
  await send({ body: command('UUMA') });
  await vi.waitFor(() => expect(lookUpsOf('UUMA')).toBeGreaterThan(0), PATIENCE);
  expect(lookUpsOf('UARJUN')).toBe(1);
});

test('nobody can tell whether a request is the first of its kind → nothing is done, and the person hears why', async () => {
  const mia = sandbox.as('mia');
  const room = 'CCRMUPGRADE';
  const typed = mia.commandPayload(room, '/upgrade', 'list');
  const button = { action_id: 'planning.list', value: '' };
  const clicked = clickOn(button, { response_url: typed.response_url });
  const heard = () => mia.ephemerals(room).map(({ text }) => text);
  await database.pool.query('alter table seen_request rename to elsewhere');
  const answers = [
    await send({ body: new URLSearchParams(typed as Record<string, string>).toString() }),
    await send({ body: interactive(clicked) }),
  ];
  const atHome = await send({ body: click(button) });
  await vi.waitFor(() => expect(heard()).toHaveLength(2), PATIENCE);
  await database.pool.query('alter table elsewhere rename to seen_request');
  expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(['200 ', '200 ']);
  expect(atHome).toMatchObject({ status: 503 });
  const why = 'Watchbell cannot reach its database, so nothing was done. Try again in a minute.';
  expect(heard()).toEqual([why, why]);
  expect(lookUpsOf('UMIA')).toBe(0);
});

test('keys that reach for the prototype change nobody’s prototype', async () => {
  const values = JSON.parse(
    '{"__proto__":{"a":{"type":"plain_text_input","value":"x"}},"__proto__.polluted":{"a":{"value":"x"}},"constructor.prototype.polluted":{"a":{"value":"x"}}}',
  );
  const view = { callback_id: 'planning.plan.submit', private_metadata: '{}', blocks: [], type: 'modal' };
  await send({ body: submission({ ...view, state: { values } }) });
  await send({ body: '{"__proto__":{"polluted":1},"type":"event_callback","event":{}}', type: JSON_TYPE });
  await send({ body: '__proto__[polluted]=1&constructor[prototype][polluted]=1' });
  expect('polluted' in {}).toBe(false);
});

/** Writes to the port as it is; resolves with what came back once it was hung up on. */
function raw(opening: string, dripped?: { piece: string; everyMs: number }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(opening));
    let answer = '';
    const drip = dripped && setInterval(() => socket.write(dripped.piece), dripped.everyMs);
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearInterval(drip);
      resolve(answer);
    });
  });
}

const HEAD = 'POST /slack/events HTTP/1.1\r\nHost: bot\r\n';

test('a signature given twice is no signature', async () => {
  const body = command();
  const timestamp = inSeconds();
  const twice = `x-slack-signature: v0=0\r\nx-slack-signature: ${signature(body, timestamp)}\r\n`;
  const head = `${HEAD}${twice}x-slack-request-timestamp: ${timestamp}\r\ncontent-type: ${FORM}\r\n`;
  const answer = await raw(`${head}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
});

test('whoever sends by the drop is hung up on; meanwhile others are served', async () => {
  const slowBody = raw(`${HEAD}content-length: 100000\r\n\r\n`, { piece: 'x', everyMs: 200 });
  const slowHead = raw(HEAD, { piece: 'x-drop: 1\r\n', everyMs: 200 });
  const silent = raw('');
  expect(await send({ body: command() })).toMatchObject({ status: 200 });
  expect(await slowHead).toMatch(/^HTTP\/1.1 408 /);
  expect(await slowBody).toMatch(/^HTTP\/1.1 408 /);
  await silent;
});

test('chunks without end are cut at the limit', async () => {
  const chunk = `10000\r\n${'x'.repeat(0x1_0000)}\r\n`;
  const answer = await raw(`${HEAD}transfer-encoding: chunked\r\n\r\n${chunk.repeat(20)}0\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

test('headers of 100 kB are refused', async () => {
  expect(await raw(`${HEAD}x-long: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
});

test('300 connections that say nothing leave room for one that does', async () => {
  const sockets = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  const answer = await send({ body: command() });
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.took).toBeLessThan(QUICK_MS);
  for (const socket of sockets) socket.destroy();
});

test('whatever fails at Slack, and without a valid token → said in the log, without a secret', async () => {
  for (const kind of ['reset', '5xx', 'cut', 'internal_error']) {
    const lines = log.length;
    sandbox.faults.inject({ method: 'users.info', kind, times: 1 });
    await send({ body: command() });
    await vi.waitFor(
      () => expect(log.slice(lines).join('')).toContain('an act of a person failed'),
      PATIENCE,
    );
  }
  sandbox.revokeToken();
  const lines = log.length;
  await send({ body: command() });
  await vi.waitFor(() => expect(log.slice(lines).join('')).toContain('token_revoked'), PATIENCE);
});

test('after all of this neither the log nor any table holds a secret', async () => {
  const { botToken, signingSecret, appToken } = sandbox.credentials;
  const tables = await database.db.execute<{ name: string }>(
    sql`select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const rows = await Promise.all(
    tables.rows.map(({ name }) => database.db.execute(sql.raw(`select t::text from ${name} t`))),
  );
  const kept = JSON.stringify(rows.flatMap((each) => each.rows));
  const all = log.join('');
  expect(tables.rows.length).toBeGreaterThan(10);
  expect(kept).toContain(sandbox.teamId);
  expect(all).not.toBe('');
  for (const secret of [botToken, signingSecret, appToken]) {
    expect(all).not.toContain(secret);
    expect(kept).not.toContain(secret);
  }
  expect(all).not.toContain('v0=');
});
