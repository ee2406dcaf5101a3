import type * as z from 'zod';
import type { Problem } from '../../errors.ts';
import { findProblems, findWarnings } from './checks.ts';
import { nearest } from './nearest.ts';
import { camelized, type Plan, PlanDocument } from './schema.ts';

const MOST_PROBLEMS = 100;

/** A plan, or everything that is wrong with it; every problem has the `path` it is about, where there is one. */
export type ValidPlan =
  | { plan: Plan; warnings: Problem[]; problems?: undefined }
  | { plan?: undefined; warnings?: undefined; problems: Problem[] };

/** Checks a plan in the shape of its YAML (all scalars as text). With `now`, a start that has passed is refused. */
export function validatePlan(value: unknown, options: { now?: Date } = {}): ValidPlan {
  if (!isSection(value))
    return { problems: [{ message: 'This is no plan: it has no keys such as upgrade, window, people.' }] };
  const result = PlanDocument.safeDecode(value as z.input<typeof PlanDocument>);
  const sections = result.success ? camelized(result.data) : readableSections(value);
  const problems = [
    ...(result.success ? [] : result.error.issues.flatMap((issue) => describe(issue, value))),
    ...findProblems(sections, options.now),
  ];
  if (problems.length > 0 || !result.success) return { problems: firstOf(problems) };
  const plan = camelized(result.data);
  return { plan, warnings: findWarnings(plan) };
}

/** More than anybody reads at once helps nobody, and would not fit into a reply. */
function firstOf(problems: Problem[]): Problem[] {
  const more = problems.length - MOST_PROBLEMS;
  if (more <= 0) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), { message: `There are ${more} more problems after these.` }];
}

/** Each section that is right by itself, so that its checks need not wait until all others are. */
function readableSections(value: Record<string, unknown>): Partial<Plan> {
  const readable = Object.entries(PlanDocument.shape).flatMap(([name, schema]) => {
    const result = schema.safeParse(value[name]);
    return result.success ? [[name, result.data]] : [];
  });
  return camelized(Object.fromEntries(readable)) as Partial<Plan>;
}

function describe(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const path = issue.path.map(String).join('.');
  const found = issue.path.reduce<unknown>(
    (value, key) => (isSection(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined),
    root,
  );
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_type':
      return [
        {
          path,
          message: `${path} ${found === undefined ? missing(issue.path) : wrongShape(issue.expected)}`,
        },
      ];
    case 'invalid_value': {
      const choices = issue.values.map(String);
      const meant = typeof found === 'string' ? nearest(found, choices) : undefined;
      const fault = found === undefined ? 'is missing' : `cannot be ${shown(found)}`;
      return [
        {
          path,
          message: `${path} ${fault}: choose ${orList(choices)}.${meant ? ` Did you mean ${meant}?` : ''}`,
        },
      ];
    }
    default:
      return [{ path, message: `${path} ${issue.message}.` }];
  }
}

function unknownKey(path: string, key: string): Problem {
  const known = keysAt(path);
  const meant = nearest(key, known);
  const hint = meant ? `Did you mean ${meant}?` : `Known here: ${known.join(', ')}.`;
  const where = path === '' ? '' : ` in ${path}`;
  return {
    path: path === '' ? key : `${path}.${key}`,
    message: `There is no key ${shown(key)}${where}. ${hint}`,
  };
}

function missing(path: readonly PropertyKey[]): string {
  const hint = schemaAt(path.map(String))?.description;
  return hint ? `is missing: ${hint.charAt(0).toLowerCase()}${hint.slice(1)}.` : 'is missing.';
}

function wrongShape(expected: string): string {
  if (expected === 'array') return 'must be a list: write [one, two], or one entry per line after a dash.';
  if (expected === 'object') return 'must be a section with keys of its own, indented below it.';
  return 'must be a single text, not a list or a section.';
}

const keysAt = (path: string): string[] => {
  const schema = inner(schemaAt(path === '' ? [] : path.split('.')));
  return schema && 'shape' in schema ? Object.keys(schema.shape as object) : [];
};

/** The schema of the field at that path, looking through lists, defaults and optional fields. */
function schemaAt(path: string[]): (z.core.$ZodType & { description?: string }) | undefined {
  return path.reduce<z.core.$ZodType | undefined>((schema, key) => {
    const around = inner(schema);
    if (around && 'shape' in around) return (around.shape as Record<string, z.core.$ZodType>)[key];
    return around && 'element' in around ? (around.element as z.core.$ZodType) : undefined;
  }, PlanDocument);
}

function inner(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const def = schema?._zod.def;
  return def && 'innerType' in def ? inner(def.innerType as z.core.$ZodType) : schema;
}

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`;
};

const orList = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
