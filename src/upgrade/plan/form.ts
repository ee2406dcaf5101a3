import { type ValidPlan, validatePlan } from './validate.ts';

/** What a form holds, keyed by paths of the plan: `people.lead`, `window.phases.execution`, `audience.channels`. */
export type FormValues = Record<string, string | readonly string[] | undefined>;

const LINES = ['impact.changes', 'rollback.steps', 'rollback.restores'];
const NAMES = [
  'people.operations',
  'people.consulted',
  'channels.announce',
  'audience.channels',
  'audience.groups',
  'audience.users',
  'communication.notices',
];
const CORE = /^core:\s*/i;

/**
 * A plan from the flat values of a form, judged like its YAML. Blank values are absent. Lists may be given as arrays or
 * as text: names parted by commas or lines, other entries one per line; an acceptance check that starts with `core:` is
 * a core one. A problem's `path` leads back to the value: it is the value's key, or the key and a position
 * (`formKeyOf` gives the key).
 */
export function planFromForm(values: FormValues, options: { now?: Date } = {}): ValidPlan {
  const root = section();
  for (const [path, value] of Object.entries(values)) {
    const read = valueAt(path, value);
    if (read !== undefined) put(root, path.split('.'), read);
  }
  return validatePlan(root, options);
}

/** Which of the form's keys a problem's path belongs under, if any. */
export function formKeyOf(path: string, keys: readonly string[]): string | undefined {
  const within = keys.filter((key) => path === key || path.startsWith(`${key}.`));
  return within.sort((a, b) => b.length - a.length)[0];
}

function valueAt(path: string, value: FormValues[string]): unknown {
  if (value === undefined) return undefined;
  if (path === 'acceptance') return present(entries(value, '\n').map(acceptanceCheck));
  if (LINES.includes(path)) return present(entries(value, '\n'));
  if (NAMES.includes(path)) return present(entries(value, /[\n,;]/));
  const text = typeof value === 'string' ? value : value.join(', ');
  return text.trim() === '' ? undefined : text;
}

const entries = (value: string | readonly string[], separator: string | RegExp): string[] =>
  (typeof value === 'string' ? value.split(separator) : [...value])
    .map((item) => item.trim())
    .filter(Boolean);

const present = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined);

const acceptanceCheck = (line: string) => ({
  check: line.replace(CORE, ''),
  core: String(CORE.test(line)),
});

/** Without a prototype, so that no key means anything but itself. */
const section = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

function put(root: Record<string, unknown>, path: string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    root[key] = value;
    return;
  }
  const there = root[key];
  const within = typeof there === 'object' && there !== null ? (there as Record<string, unknown>) : section();
  root[key] = within;
  put(within, rest, value);
}
