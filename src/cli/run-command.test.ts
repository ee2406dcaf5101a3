import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/postgres.ts';
import { systemClock } from '../clock.ts';
import { startEmbeddedPostgres } from '../db/embedded.ts';
import { startHarbour } from '../sandbox/testing.ts';

const database = await testDatabase();
const folder = await mkdtemp(path.join(os.tmpdir(), 'watchbell-cli-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../templates/plans/crm-migration.yaml', import.meta.url));

/** Runs the program as a shell does, with this environment and nothing else of ours. */
async function watchbell(words: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...words], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

test('--help and --version → on stdout, exit code 0', async () => {
  const help = await watchbell(['--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  for (const command of ['start', 'migrate', 'demo', 'plan', 'doctor']) expect(help.out).toContain(command);
  const version = await watchbell(['--version']);
  expect(version).toMatchObject({ code: 0, err: '' });
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [['strat'], /unknown command 'strat'[\s\S]*Did you mean start/],
  [['start', '--role', 'boss'], /Allowed choices are all, web, worker/],
  [['demo', '--port', 'high'], /It must be a port number/],
  [['plan', 'lint'], /missing required argument 'file'/],
])('asked for wrongly (%j) → exit code 2, and how to ask', async (words, expected) => {
  const { code, out, err } = await watchbell(words);
  expect(code).toBe(2);
  expect(err).toMatch(expected);
  expect(out).toBe('');
});

test('nothing asked for → the help on stderr, exit code 2', async () => {
  const { code, err } = await watchbell([]);
  expect(code).toBe(2);
  expect(err).toContain('Usage: watchbell');
});

test('start without configuration → all that is missing on stderr, exit code 2, no stack', async () => {
  const { code, err } = await watchbell(['start']);
  expect(code).toBe(2);
  for (const name of ['DATABASE_URL', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN']) expect(err).toContain(name);
  expect(err).not.toContain('    at ');
  expect((await watchbell(['start'], { LOG_LEVEL: 'debug' })).err).toContain('    at ');
});

test('migrate → the database is up to date, also the second time', async () => {
  for (let i = 0; i < 2; i++) {
    expect(await watchbell(['migrate'], { DATABASE_URL: database.url })).toMatchObject({ code: 0, err: '' });
  }
  const nowhere = await watchbell(['migrate'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  expect(nowhere.code).toBe(1);
  expect(nowhere.err).toContain('ECONNREFUSED');
});

test('plan lint → 0 for a good plan; 1 with file, line and column for a bad one; 2 without a file', async () => {
  const bad = path.join(folder, 'bad.yaml');
  await writeFile(bad, 'upgrade: CRM 8 to CRM 9\nwindwo: { start: tomorrow }\n');
  expect(await watchbell(['plan', 'lint', bad])).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/bad\.yaml:2:1 .*windwo/),
  });
  const alone = path.join(folder, 'alone.yaml');
  await writeFile(alone, (await readFile(EXAMPLE, 'utf8')).replace(/^ {2}deputy: .*$/m, ''));
  expect((await watchbell(['plan', 'lint', alone])).err).toMatch(
    /^[^:]+alone\.yaml:\d+:\d+ people\.deputy is missing/,
  );
  expect((await watchbell(['plan', 'lint', path.join(folder, 'none.yaml')])).code).toBe(2);
  expect((await watchbell(['plan', 'lint', EXAMPLE])).code).toBe(0);
});

test('doctor without Slack → says what is well and what is not, with remedies, exit code 1', async () => {
  const { code, out } = await watchbell(['doctor'], { DATABASE_URL: database.url });
  expect(code).toBe(1);
  expect(out).toMatch(/BAD {2}configuration: SLACK_BOT_TOKEN is missing/);
  expect(out).toMatch(/ok {3}database: Postgres 18/);
  expect(out).toMatch(/ok {3}migrations: all applied/);
  expect(out).toMatch(/ok {3}queue: BullMQ on postgres/);
});

test('doctor with nothing set but a folder of own texts → looks at them all the same', async () => {
  const texts = await mkdtemp(path.join(folder, 'texts-'));
  await writeFile(path.join(texts, 'heartbeat.liquid'), '{{ key }}: {{ colour }}');
  const { code, out } = await watchbell(['doctor'], { TEMPLATES_DIR: texts });
  expect(code).toBe(1);
  expect(out).toMatch(/BAD {2}configuration: DATABASE_URL is missing/);
  expect(out).toMatch(/BAD {2}templates: heartbeat\.liquid speaks of {{ colour }}/);
});

test('doctor on a healthy place → every check by its name, exit code 0', async () => {
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') });
  const sandbox = await startHarbour({ clock: systemClock });
  const { botToken, appToken } = sandbox.credentials;
  const env = {
    DATABASE_URL: postgres.url,
    SLACK_API_URL: `${sandbox.url}/api/`,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
  };
  try {
    await watchbell(['migrate'], env);
    const { code, out } = await watchbell(['doctor'], env);
    const subjects = [...out.matchAll(/^(\S+) +([\w ]+):/gm)].map(
      ([, state, subject]) => `${state} ${subject}`,
    );
    expect(new Set(subjects)).toEqual(
      new Set([
        'ok configuration',
        'ok database',
        'ok migrations',
        'ok queue',
        'ok Slack',
        'ok Slack scopes',
        'ok Slack delivery',
        'ok clock',
        'ok channels',
        'ok templates',
      ]),
    );
    expect(code).toBe(0);
  } finally {
    await sandbox.close();
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
  }
}, 60_000);
