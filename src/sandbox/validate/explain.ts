import type { z } from 'zod';

/** What a zod issue says in Slack's words, with the JSON pointer of the place: `response_metadata.messages`. */
export function explain(error: z.ZodError, root: string): string[] {
  return error.issues.flatMap((issue) => explainIssue(issue, root));
}

/** One complaint in the form Slack writes them. */
export const complaint = (text: string, pointer: string): string =>
  `[ERROR] ${text} [json-pointer:${pointer}]`;

function explainIssue(issue: z.core.$ZodIssue, root: string): string[] {
  const pointer = pointerTo(root, issue.path);
  switch (issue.code) {
    case 'too_big':
      return [complaint(tooBig(issue), pointer)];
    case 'too_small':
      return [complaint(tooSmall(issue), pointer)];
    case 'unrecognized_keys':
      return issue.keys.map((key) => complaint(`unsupported field: ${key}`, pointer));
    case 'invalid_type':
      return [wrongType(issue, root)];
    default:
      return [complaint(issue.message, pointer)];
  }
}

const tooBig = (issue: z.core.$ZodIssueTooBig): string =>
  issue.origin === 'array'
    ? `no more than ${issue.maximum} items allowed`
    : issue.origin === 'string'
      ? `must be less than ${Number(issue.maximum) + 1} characters`
      : `must be at most ${issue.maximum}`;

const tooSmall = (issue: z.core.$ZodIssueTooSmall): string =>
  issue.origin === 'array'
    ? `no fewer than ${issue.minimum} items allowed`
    : issue.origin === 'string'
      ? `must be more than ${Number(issue.minimum) - 1} characters`
      : `must be at least ${issue.minimum}`;

function wrongType(issue: z.core.$ZodIssueInvalidType, root: string): string {
  const missing = issue.message.endsWith('received undefined');
  const field = issue.path.at(-1);
  return missing && field !== undefined
    ? complaint(`missing required field: ${String(field)}`, pointerTo(root, issue.path.slice(0, -1)))
    : complaint(`must provide ${article(issue.expected)}`, pointerTo(root, issue.path));
}

const article = (kind: string): string => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`);

const pointerTo = (root: string, path: PropertyKey[]): string => [root, ...path.map(String)].join('/');
