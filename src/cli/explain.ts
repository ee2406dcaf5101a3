import { readLogLevel } from '../config.ts';
import { messageOf, type Problem, WatchbellError } from '../errors.ts';

/** Says on stderr what went wrong and what to do next, and gives the exit code that goes with it. */
export function explain(error: unknown): 1 | 2 {
  process.stderr.write(`${toText(error)}\n`);
  const level = readLogLevel();
  if ((level === 'debug' || level === 'trace') && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return error instanceof WatchbellError && error.code === 'bad_config' ? 2 : 1;
}

function toText(error: unknown): string {
  if (!(error instanceof WatchbellError)) return `watchbell: ${messageOf(error)}`;
  const problems = error.problems.map((problem) => `  ${describeProblem(problem)}`);
  return [`watchbell: ${error.message}`, ...problems, ...(error.next ? [error.next] : [])].join('\n');
}

/** `12:5 heartbeat: must be …`, as editors and people read it. A message that names its place names it once. */
export function describeProblem({ line, column, path, message }: Problem): string {
  const place = line === undefined ? '' : `${line}:${column ?? 1} `;
  if (!path || message.startsWith(`${path} `)) return `${place}${message}`;
  return `${place}${path}${line === undefined ? '' : ':'} ${message}`;
}
