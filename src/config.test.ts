import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { configTable, readConfig, readLogLevel, readStores, redacted } from './config.ts';
import { toMarkdownTable } from './config-table.ts';
import { WatchbellError } from './errors.ts';

const GOOD = {
  DATABASE_URL: 'postgres://bell:hush@db/watchbell',
  SLACK_BOT_TOKEN: 'xoxb-1-abc',
  SLACK_APP_TOKEN: 'xapp-1-abc',
};

/** `VARIABLE message` of everything that is refused. */
function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof WatchbellError)) throw error;
    expect(error.code).toBe('bad_config');
    return error.problems.map(({ path, message }) => `${path} ${message}`);
  }
}

test('what is needed for Socket Mode → the rest by default', () => {
  expect(readConfig(GOOD)).toEqual({
    databaseUrl: GOOD.DATABASE_URL,
    queueUrl: GOOD.DATABASE_URL,
    slack: {
      botToken: 'xoxb-1-abc',
      apiUrl: 'https://slack.com/api/',
      transport: { kind: 'socket', appToken: 'xapp-1-abc' },
    },
    health: undefined,
    clock: { speed: 1, anchor: undefined },
    templatesDir: undefined,
    logLevel: 'info',
  });
});

test('a signing secret → HTTP on the given port; empty variables count as absent', () => {
  const config = readConfig({
    ...GOOD,
    SLACK_APP_TOKEN: '',
    SLACK_SIGNING_SECRET: '0123456789abcdef',
    PORT: '8080',
  });
  expect(config.slack.transport).toEqual({
    kind: 'http',
    signingSecret: '0123456789abcdef',
    host: '127.0.0.1',
    port: 8080,
  });
  expect(config.health).toEqual({ host: '127.0.0.1', port: 8080 });
});

test('no port → Slack’s requests arrive at 3000; a process that receives none takes none', () => {
  const config = readConfig({ ...GOOD, SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '0123456789abcdef' });
  expect(config.slack.transport).toMatchObject({ port: 3000 });
  expect(config.health).toBeUndefined();
});

test('a port in Socket Mode → health alone is served there', () => {
  expect(readConfig({ ...GOOD, PORT: '8080', HOST: '0.0.0.0' }).health).toEqual({
    host: '0.0.0.0',
    port: 8080,
  });
});

test('nothing is set → every missing variable at once, with what it is for', () => {
  const problems = problemsOf({});
  expect(problems).toHaveLength(3);
  expect(problems.join('\n')).toMatch(/DATABASE_URL is missing\. Postgres, where/);
  expect(problems.join('\n')).toMatch(/SLACK_BOT_TOKEN is missing/);
  expect(problems.join('\n')).toMatch(/SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing/);
});

test.each([
  ['a user token', { SLACK_BOT_TOKEN: 'xoxp-1' }, /^SLACK_BOT_TOKEN must begin with xoxb-/],
  ['a bot token as app token', { SLACK_APP_TOKEN: 'xoxb-1' }, /^SLACK_APP_TOKEN must begin with xapp-/],
  [
    'both ways of delivery',
    { SLACK_SIGNING_SECRET: '0123456789abcdef' },
    /^SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both/,
  ],
  [
    'another database',
    { DATABASE_URL: 'mysql://db/x' },
    /^DATABASE_URL must be a URL that begins with postgres/,
  ],
  ['another queue', { QUEUE_URL: 'amqp://q' }, /^QUEUE_URL must be a URL that begins with redis/],
  ['a fast clock with the real Slack', { CLOCK_SPEED: '60' }, /^CLOCK_SPEED must be 1 with a real Slack/],
  [
    'a fast clock with a look-alike host',
    { CLOCK_SPEED: '60', SLACK_API_URL: 'http://127.0.0.1.evil.example/api' },
    /^CLOCK_SPEED must be 1 with a real Slack/,
  ],
  ['an anchor without speed', { CLOCK_ANCHOR: '2026-12-05T22:00:00Z' }, /^CLOCK_ANCHOR has a meaning only/],
  [
    'a speed of zero',
    { CLOCK_SPEED: '0', SLACK_API_URL: 'http://127.0.0.1:1/api/' },
    /^CLOCK_SPEED must be greater/,
  ],
  [
    'a signing secret and a comma',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '0123456789abcdef,' },
    /^SLACK_SIGNING_SECRET is too short/,
  ],
  [
    'three signing secrets',
    { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: Array(3).fill('0123456789abcdef').join() },
    /^SLACK_SIGNING_SECRET may hold two/,
  ],
  ['a port in words', { PORT: 'http' }, /^PORT must be a port number/],
  ['an unknown log level', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be fatal/],
])('%s → refused by name', (_, change, expected) => {
  const problems = problemsOf({ ...GOOD, ...change });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(expected);
});

test('a fast clock with a Slack on this machine → accepted, with its anchor', () => {
  const { clock, slack } = readConfig({
    ...GOOD,
    SLACK_API_URL: 'http://localhost:4000/api',
    CLOCK_SPEED: '60',
    CLOCK_ANCHOR: '2026-12-05T22:00:00+01:00',
  });
  expect(clock).toEqual({ speed: 60, anchor: new Date('2026-12-05T21:00:00Z') });
  expect(slack.apiUrl).toBe('http://localhost:4000/api/');
});

test('the configuration shown → no token and no password in it', () => {
  const shown = JSON.stringify(redacted(readConfig(GOOD)));
  for (const secret of ['hush', 'xoxb', 'xapp']) expect(shown).not.toContain(secret);
});

test('a command without Slack → asks for the database alone', () => {
  expect(readStores({ DATABASE_URL: GOOD.DATABASE_URL, QUEUE_URL: 'redis://q' }).queueUrl).toBe('redis://q');
  expect(() => readStores({})).toThrow(WatchbellError);
  expect(readLogLevel({ LOG_LEVEL: 'loud' })).toBe('info');
});

test('the README’s table → the one made from the schema (npm run docs)', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(toMarkdownTable(configTable()));
});
