import type { Problem } from '../errors.ts';
import type { SlackClient } from '../slack/port.ts';
import type { FormValues } from '../slack/surface.ts';
import { slackDirectory } from '../upgrade/directory.ts';
import { formKeyOf, planFromForm } from '../upgrade/plan/form.ts';
import { formatPlan } from '../upgrade/plan/format.ts';
import { parsePlan } from '../upgrade/plan/parse.ts';
import { resolveReferences } from '../upgrade/plan/references.ts';
import type { Plan, ResolvedPlan } from '../upgrade/plan/schema.ts';
import type { ValidPlan } from '../upgrade/plan/validate.ts';
import { lengthOf } from '../upgrade/window.ts';
import { toPlanValues, valuesOf } from './form-values.ts';
import { nameIds } from './name-ids.ts';

export type ReadPlan =
  | { plan: ResolvedPlan; warnings: Problem[]; problems?: undefined }
  | { plan?: undefined; warnings?: undefined; problems: Problem[] };

interface Reading {
  slack: SlackClient;
  teamId: string;
  now: Date;
  /** How long Slack's limits are waited out; see `slackDirectory`. */
  patienceMs?: number;
}

/** A plan from YAML with everything in it found in Slack, or every problem with its line and column. */
export async function readYaml(yaml: string, { slack, teamId, now, patienceMs }: Reading): Promise<ReadPlan> {
  const parsed = parsePlan(yaml, { now });
  if (!parsed.plan) return { problems: parsed.problems };
  const { plan, problems } = await resolveReferences(
    parsed.plan,
    slackDirectory(slack, teamId, patienceMs),
    parsed.locate,
  );
  return plan ? { plan, warnings: parsed.warnings } : { problems };
}

/**
 * A plan from the form. Whatever the form does not hold is kept from `base`, the plan that is edited. Each problem's
 * path leads to its input (`underInputs`).
 */
export async function readForm(
  values: FormValues,
  { slack, teamId, now, patienceMs }: Reading,
  base?: Plan,
): Promise<ReadPlan> {
  const valid = withBase(planFromForm(toPlanValues(values), { now }), Object.keys(values), now, base);
  if (!valid.plan) return { problems: valid.problems };
  const { plan, problems } = await resolveReferences(valid.plan, slackDirectory(slack, teamId, patienceMs));
  if (plan) return { plan, warnings: valid.warnings };
  return { problems: await nameIds(slack, problems) };
}

function withBase(valid: ValidPlan, keys: string[], now: Date, base?: Plan): ValidPlan {
  if (!valid.plan || !base) return valid;
  const { end: _, ...window } = base.window;
  const merged: Plan = { ...structuredClone(base), window: { ...window, length: lengthOf(base) } };
  const inputs = Object.keys(valuesOf(base)).filter((key) => keys.includes(key));
  for (const key of new Set(inputs.map(sourceOf))) copy(valid.plan, merged, key.split('.').map(camelCase));
  const { plan, warnings, problems } = parsePlan(formatPlan(merged), { now });
  return plan ? { plan, warnings } : { problems };
}

/** Where an input's value stands in the plan. */
const sourceOf = (key: string): string => (/^window[.](date|time|choice)$/.test(key) ? 'window.start' : key);
const camelCase = (key: string): string => key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function copy(from: object, to: object, path: string[]): void {
  const [key = '', ...rest] = path;
  const value: unknown = Reflect.get(from, key);
  if (rest.length === 0) Reflect.set(to, key, value);
  else copy(value as object, Reflect.get(to, key) as object, rest);
}

/** Problems by the input under which they are shown; what belongs to none stands under the first. */
export function underInputs(problems: readonly Problem[], inputs: readonly string[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { path = '', message } of problems) {
    const key = (path === 'window.start' ? 'window.time' : formKeyOf(path, inputs)) ?? inputs[0] ?? '';
    errors[key] = errors[key] ? `${errors[key]} ${message}` : message;
  }
  return errors;
}
