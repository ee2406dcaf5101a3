import pino, { type Logger } from 'pino';
import { withoutValues } from './db/query-error.ts';
import { currentFields, fieldsOf } from './trace.ts';

export type { Logger };

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Fields that may carry a token or a password, up to three levels deep in what is logged. */
const SECRET = [
  'token',
  'botToken',
  'appToken',
  'signingSecret',
  'password',
  'authorization',
  'databaseUrl',
  'queueUrl',
];

/**
 * The program's log, on stderr: JSON lines, or plain lines where a person watches (`readable`).
 * At `info` it says only what an operator must read. Each line says to which upgrade and delivery it belongs.
 */
export function createLogger(options: { level: LogLevel; readable?: boolean }): Logger {
  return logTo(
    options.readable ? readableLines(process.stderr) : pino.destination({ dest: 2, sync: true }),
    options.level,
  );
}

/** The same log, written elsewhere. */
export function logTo(destination: pino.DestinationStream, level: LogLevel): Logger {
  const paths = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  const redact = { paths, censor: '[secret]' };
  return pino({ level, base: null, redact, serializers, mixin: workOf }, destination);
}

const serializers = { err: (error: Error) => pino.stdSerializers.err(withoutValues(error) as Error) };

/** The work in which the line is written, or in which the error came up that it tells of. */
const workOf = (line: object) => ({ ...fieldsOf('err' in line ? line.err : undefined), ...currentFields() });

interface Line {
  time: number;
  level: number;
  msg?: string;
  err?: { message?: string; stack?: string };
  [field: string]: unknown;
}

/** `22:30:00 warn  The queue is unreachable (backend=redis)`: for a terminal, in UTC. */
export function toReadable(json: string): string {
  const { time, level, msg, err, ...fields }: Line = JSON.parse(json);
  const more = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const at = new Date(time).toISOString().slice(11, 19);
  const head = `${at} ${(pino.levels.labels[level] ?? '').padEnd(5)} ${msg ?? ''}`;
  const cause = err ? `\n         ${err.message ?? ''}` : '';
  return `${head}${more.length ? ` (${more.join(', ')})` : ''}${cause}\n`;
}

const readableLines = (out: NodeJS.WritableStream): pino.DestinationStream => ({
  write: (line) => {
    out.write(toReadable(line));
  },
});
