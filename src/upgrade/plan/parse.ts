import type { Problem } from '../../errors.ts';
import type { Locate } from './references.ts';
import type { Plan } from './schema.ts';
import { validatePlan } from './validate.ts';
import { readYaml } from './yaml-source.ts';

/** `locate` finds the line and column of a path, for what is found out later (an unknown person, say). */
export type ParsedPlan =
  | { plan: Plan; warnings: Problem[]; locate: Locate; problems?: undefined }
  | { plan?: undefined; warnings?: undefined; locate?: undefined; problems: Problem[] };

/**
 * Reads a plan from YAML: a plan with warnings, or every problem at once, each with its line and column. With `now`, a
 * start that has passed is a problem.
 */
export function parsePlan(text: string, options: { now?: Date } = {}): ParsedPlan {
  const { value, locate, problems: faults } = readYaml(text);
  if (faults.length > 0) return { problems: faults };
  const { plan, warnings, problems } = validatePlan(value, options);
  if (problems) return { problems: inReadingOrder(placed(problems, locate)) };
  return { plan, warnings: placed(warnings, locate), locate };
}

const LAST = Number.MAX_SAFE_INTEGER;
const TOP = { line: 1, column: 1 };

const placed = (problems: Problem[], locate: Locate): Problem[] =>
  problems.map((problem) => ({
    ...problem,
    ...(problem.path === undefined ? {} : (locate(problem.path) ?? TOP)),
  }));

const inReadingOrder = (problems: Problem[]): Problem[] =>
  problems.sort((a, b) => (a.line ?? LAST) - (b.line ?? LAST) || (a.column ?? 0) - (b.column ?? 0));
