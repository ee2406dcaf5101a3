import { expect, test } from 'vitest';
import { logTo, toReadable } from './logger.ts';

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

test('a line for a person → time, level, text, fields and the cause', () => {
  const line = { level: 40, time: Date.UTC(2026, 11, 5, 22, 30), msg: 'The queue is away', backend: 'redis' };
  expect(toReadable(JSON.stringify({ ...line, err: { message: 'refused' } }))).toBe(
    '22:30:00 warn  The queue is away (backend=redis)\n         refused\n',
  );
});

test('what is below the level → not logged', () => {
  expect(logged((logger) => logger.debug('detail'))).toBe('');
});
