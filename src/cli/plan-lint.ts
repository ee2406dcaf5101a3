import { systemClock } from '../clock.ts';
import { parsePlan } from '../upgrade/plan/parse.ts';
import { describeProblem } from './explain.ts';
import { readText } from './read-text.ts';

/** One line per problem, `file:line:column path: message`, as compilers do; 1 when there is any. */
export async function lintPlan(file: string): Promise<0 | 1> {
  const { plan, problems, warnings } = parsePlan(await readText(file), { now: systemClock.now() });
  for (const problem of problems ?? []) console.error(`${file}:${describeProblem(problem)}`);
  for (const warning of warnings ?? []) console.error(`${file}:${describeProblem(warning)} (warning)`);
  if (!plan) return 1;
  console.log(`${file}: a good plan${warnings?.length ? `, with ${warnings.length} to think about` : ''}.`);
  return 0;
}
