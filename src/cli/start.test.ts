import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { systemClock } from '../clock.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { startHarbour } from '../sandbox/testing.ts';

const database = await testDatabase();
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

vi.setConfig({ testTimeout: 90_000 });

let sandbox: Sandbox | undefined;
let bot: ChildProcess | undefined;
let log = '';

afterEach(async () => {
  if (bot && bot.exitCode === null && bot.signalCode === null) {
    const gone = once(bot, 'exit');
    bot.kill('SIGKILL');
    await gone;
  }
  await sandbox?.close();
  bot = undefined;
  sandbox = undefined;
});

/** Runs the program against a Slack of this test's own. */
async function launch(more: Record<string, string> = {}, words: string[] = ['start']): Promise<ChildProcess> {
  sandbox = await startHarbour({ clock: systemClock });
  const { botToken, appToken } = sandbox.credentials;
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: database.url,
    SLACK_API_URL: `${sandbox.url}/api/`,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    ...more,
  };
  log = '';
  bot = spawn(process.execPath, ['--import', 'tsx', MAIN, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  bot.stdout?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  bot.stderr?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  return bot;
}

/** The same, once it says that it runs. */
async function startBot(more?: Record<string, string>, words?: string[]): Promise<ChildProcess> {
  const process = await launch(more, words);
  await vi.waitFor(() => expect(log).toContain('keeps the watch'), { timeout: 60_000, interval: 50 });
  return process;
}

const secrets = () => Object.values(sandbox?.credentials ?? {});

describe('watchbell start', () => {
  test('in Socket Mode → runs, answers for its health, and stops cleanly at SIGTERM', async () => {
    const port = await freePort();
    const process = await startBot({ PORT: String(port) });
    const at = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await at('/healthz')).status).toBe(200);
    expect(await (await at('/readyz')).json()).toMatchObject({
      ready: true,
      checks: {
        database: { state: 'ok' },
        slack: { state: 'ok' },
        queue: { state: 'ok', detail: 'postgres' },
      },
    });
    expect(await (await at('/metrics')).text()).toMatch(/^watchbell_database_up 1$/m);
    process.kill('SIGTERM');
    expect(await once(process, 'exit')).toEqual([0, null]);
    for (const secret of secrets()) expect(log).not.toContain(secret);
    expect(log).not.toContain(new URL(database.url).password);
    const levels = log
      .trim()
      .split('\n')
      .map((line): number => JSON.parse(line).level);
    expect(levels, log).toEqual([30, 30]);
  });

  test('by HTTP → Slack’s requests and the health on one port', async () => {
    const port = await freePort();
    const signingSecret = 'f'.repeat(32);
    const process = await startBot({
      PORT: String(port),
      SLACK_APP_TOKEN: '',
      SLACK_SIGNING_SECRET: signingSecret,
    });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    const forged = await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);
    process.kill('SIGINT');
    expect(await once(process, 'exit')).toEqual([0, null]);
  });

  test('a port for operators → what costs something is not on the one that Slack reaches', async () => {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const process = await startBot({
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      SLACK_APP_TOKEN: '',
      SLACK_SIGNING_SECRET: 'f'.repeat(32),
    });
    const status = async (at: number, path: string) => (await fetch(`http://127.0.0.1:${at}${path}`)).status;
    for (const [path, onPort] of [
      ['/healthz', 200],
      ['/readyz', 404],
      ['/metrics', 404],
    ] as const) {
      expect(await status(port, path)).toBe(onPort);
      expect(await status(metricsPort, path)).toBe(200);
    }
    process.kill('SIGTERM');
    expect(await once(process, 'exit')).toEqual([0, null]);
  });

  test('a worker alone → keeps no connection to receive Slack’s requests', async () => {
    const process = await startBot({}, ['start', '--role', 'worker']);
    expect(sandbox?.calls.some(({ method }) => method === 'apps.connections.open')).toBe(false);
    process.kill('SIGTERM');
    expect(await once(process, 'exit')).toEqual([0, null]);
  });

  const NOWHERE = '127.0.0.1:1';
  test.each<[string, Record<string, string>, 1 | 2, RegExp, string]>([
    [
      'Slack refuses the token',
      { SLACK_BOT_TOKEN: 'xoxb-wrong' },
      1,
      /does not accept the bot token.*invalid_auth/,
      'SLACK_BOT_TOKEN',
    ],
    [
      'Slack refuses the app token',
      { SLACK_APP_TOKEN: 'xapp-wrong' },
      1,
      /no connection in Socket Mode.*invalid_auth/,
      'SLACK_APP_TOKEN',
    ],
    ['no Slack', { SLACK_API_URL: `http://${NOWHERE}/api/` }, 1, /Slack cannot be reached/, 'SLACK_API_URL'],
    [
      'no database',
      { DATABASE_URL: `postgres://a:hush@${NOWHERE}/c` },
      1,
      /Postgres cannot be used.*ECONNREFUSED/,
      'DATABASE_URL',
    ],
    [
      'no database for the queue',
      { QUEUE_URL: `postgres://a:hush@${NOWHERE}/c` },
      1,
      /The Postgres of the queue.*ECONNREFUSED/,
      'QUEUE_URL',
    ],
    [
      'no folder of texts',
      { TEMPLATES_DIR: '/nowhere' },
      2,
      /message texts cannot be read.*ENOENT/,
      'TEMPLATES_DIR',
    ],
  ])('%s → says what that means and what to do, and nothing else', async (_, env, code, meaning, remedy) => {
    const process = await launch(env);
    expect(await once(process, 'close')).toEqual([code, null]);
    const [what = '', next, ...more] = log.trimEnd().split('\n');
    expect(what).toMatch(meaning);
    expect(next).toMatch(/^Check /);
    expect(next).toContain(remedy);
    if (code === 1) expect(next).toContain('watchbell doctor');
    expect(more).toEqual([]);
    expect(log).not.toContain('hush');
  });
});

describe('watchbell plan import', () => {
  const PLAN = fileURLToPath(new URL('../../templates/plans/crm-migration.yaml', import.meta.url));

  test('a good plan by somebody of the workspace → a draft in their name', async () => {
    const process = await launch({}, ['plan', 'import', PLAN, '--as', '@dana']);
    expect(await once(process, 'close')).toEqual([0, null]);
    expect(log).toMatch(/UP-1 is a draft now/);
    const { rows } = await database.pool.query('select number, state, created_by from upgrade');
    expect(rows).toEqual([{ number: 1, state: 'draft', created_by: expect.stringMatching(/^U/) }]);
  });

  test('by nobody whom Slack knows → exit code 1, and nothing is made', async () => {
    const process = await launch({}, ['plan', 'import', PLAN, '--as', '@nobody']);
    expect(await once(process, 'close')).toEqual([1, null]);
    expect(log).toContain('Slack knows nobody called @nobody');
  });
});
