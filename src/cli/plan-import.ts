import path from 'node:path';
import { buildApp, type Watchbell } from '../app.ts';
import { readConfig } from '../config.ts';
import { notFound } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { readYaml } from '../planning/read-plan.ts';
import { createUpgrade } from '../upgrade/create-upgrade.ts';
import { slackDirectory } from '../upgrade/directory.ts';
import { keyOf } from '../upgrade/store.ts';
import { describeProblem } from './explain.ts';
import { readText } from './read-text.ts';

/** Makes a draft of a plan file, in the name of `as`; prints its key, or every problem with line and column and gives 1. */
export async function importPlan(file: string, { as }: { as: string }): Promise<0 | 1> {
  const text = await readText(file);
  const config = readConfig();
  const app = await buildApp(config, { role: 'worker', logger: createLogger({ level: config.logLevel }) });
  try {
    return await draft(app, { file, text, as });
  } finally {
    await app.stop();
  }
}

async function draft(
  app: Watchbell,
  { file, text, as }: { file: string; text: string; as: string },
): Promise<0 | 1> {
  const { context, teamId } = app;
  const slack = context.slack.of(teamId);
  const planner = await slackDirectory(slack, teamId).user(as);
  if (!planner) throw notFound(`Slack knows nobody called ${as}.`, 'Name an e-mail, an @name or a Slack id.');
  const { plan, warnings, problems } = await readYaml(text, { slack, teamId, now: context.clock.now() });
  for (const problem of problems ?? []) console.error(`${file}:${describeProblem(problem)}`);
  if (!plan) return 1;
  for (const warning of warnings) console.error(`${file}:${describeProblem(warning)} (warning)`);
  const upgrade = await createUpgrade(context, { teamId, userId: planner.id }, plan, path.basename(file));
  console.log(`${keyOf(upgrade)} is a draft now. Schedule it in Slack: /upgrade schedule ${keyOf(upgrade)}`);
  return 0;
}
