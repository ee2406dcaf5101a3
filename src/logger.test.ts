import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';
import { expect, test } from 'vitest';
import { reasonOf } from './db/query-error.ts';
import { logTo, toReadable } from './logger.ts';
import { apart, traced } from './trace.ts';

function logged(write: (logger: ReturnType<typeof logTo>) => void): string {
  const lines: string[] = [];
  write(logTo({ write: (line) => void lines.push(line) }, 'info'));
  return lines.join('');
}

test('a token in what is logged → never in the line', () => {
  const line = logged((logger) =>
    logger.info(
      { config: { slack: { botToken: 'xoxb-1' } }, token: 'xapp-1', headers: { authorization: 'Bearer x' } },
      'hi',
    ),
  );
  expect(line).toContain('[secret]');
  for (const secret of ['xoxb-1', 'xapp-1', 'Bearer x']) expect(line).not.toContain(secret);
});

test('a statement that failed → what Postgres says of it, and nothing of what was to be written', () => {
  const said = Object.assign(new pg.DatabaseError('violates a constraint', 20, 'error'), {
    code: '23514',
    detail: 'Failing row contains (7, what somebody typed).',
  });
  const failed = new DrizzleQueryError(
    'insert into issue (text) values ($1)',
    ['what\n    at last somebody typed'],
    said,
  );
  const wrapped = new Error('an act failed', { cause: failed });
  for (const err of [failed, wrapped]) {
    const line = logged((logger) => logger.error({ err }, 'failed'));
    expect(line).toContain('insert into issue (text) values ($1)');
    expect(line).toContain('violates a constraint');
    expect(line).toContain('logger.test.ts');
    expect(line).not.toContain('somebody');
  }
  expect(reasonOf(failed)).toBe('violates a constraint');
  expect(failed.message).toContain('somebody');
});

test('a time-out of the platform, by itself or as a cause → is logged like any other error', () => {
  const timedOut = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  for (const err of [timedOut, new Error('an act failed', { cause: timedOut })])
    expect(logged((logger) => logger.error({ err }, 'failed'))).toContain('aborted due to timeout');
});

test('a line for a person → time, level, text, fields and the cause', () => {
  const line = { level: 40, time: Date.UTC(2026, 11, 5, 22, 30), msg: 'The queue is away', backend: 'redis' };
  expect(toReadable(JSON.stringify({ ...line, err: { message: 'refused' } }))).toBe(
    '22:30:00 warn  The queue is away (backend=redis)\n         refused\n',
  );
});

test('what is below the level → not logged', () => {
  expect(logged((logger) => logger.debug('detail'))).toBe('');
});

test('a line written during a piece of work → names its upgrade and its delivery; afterwards no more', async () => {
  const lines: string[] = [];
  const logger = logTo({ write: (line) => void lines.push(line) }, 'info');
  const fields = { upgrade: 'UP-12', delivery: 'd1' };
  await traced({ name: 'deliver notice', fields }, async () => {
    await traced({ name: 'within' }, async () => logger.info('within'));
    apart(() => logger.info('a loop that it woke'));
  });
  logger.info('afterwards');
  const said = lines.map((line) => JSON.parse(line) as { msg: string; upgrade?: string; delivery?: string });
  expect(said.map(({ msg, upgrade, delivery }) => [msg, upgrade, delivery])).toEqual([
    ['within', 'UP-12', 'd1'],
    ['a loop that it woke', undefined, undefined],
    ['afterwards', undefined, undefined],
  ]);
});

test('an error logged outside of the work in which it came up → still names its upgrade and its verb', async () => {
  const failing = traced({ name: 'command', from: null }, () =>
    traced({ name: 'verb', fields: { upgrade: 'UP-12', verb: 'start' } }, async () => {
      throw new Error('broken');
    }),
  );
  const error: unknown = await failing.catch((thrown: unknown) => thrown);
  const line = logged((logger) => logger.error({ err: error }, 'an act of a person failed'));
  expect(JSON.parse(line)).toMatchObject({ upgrade: 'UP-12', verb: 'start', err: { message: 'broken' } });
  const other = logged((logger) => logger.error({ err: new Error('other') }, 'something else'));
  expect(JSON.parse(other)).not.toHaveProperty('upgrade');
});
