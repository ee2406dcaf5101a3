/** A place in what somebody typed: a field's path, or a line and column of a file (both counted from 1). */
export interface Problem {
  message: string;
  path?: string;
  line?: number;
  column?: number;
}

export type ErrorCode =
  | 'invalid_input'
  | 'not_allowed'
  | 'wrong_state'
  | 'not_found'
  | 'which_one'
  | 'bad_config'
  | 'unavailable';

/**
 * An error that a person can act on. `message` says what happened and what it means, `next` what to do about it.
 * Slices throw it; the edge (a Slack reply, the command line) shows it. Anything else that is thrown is a defect.
 */
export class WatchbellError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    message: string,
    more: { next?: string; problems?: Problem[]; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'WatchbellError';
    this.code = code;
    this.next = more.next;
    this.problems = more.problems ?? [];
  }
}

/** What was typed cannot be used; `problems` names every place. */
export const invalidInput = (message: string, problems: Problem[] = [], next?: string): WatchbellError =>
  new WatchbellError('invalid_input', message, { problems, next });

/** This person may not do it; `next` says who can. */
export const notAllowed = (message: string, next: string): WatchbellError =>
  new WatchbellError('not_allowed', message, { next });

/** The upgrade is not in a state in which this can be done; `next` says what can. */
export const wrongState = (message: string, next?: string): WatchbellError =>
  new WatchbellError('wrong_state', message, { next });

export const notFound = (message: string, next?: string): WatchbellError =>
  new WatchbellError('not_found', message, { next });

/** What an error says; of several that come as one, each. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return (error instanceof Error && error.message) || String(error);
}
