import { readFile } from 'node:fs/promises';
import type { Seen } from './autopilot/recorder.ts';
import type { Stage } from './autopilot/stage.ts';

/** One of the plans that ship with Watchbell, as text. */
export const readShippedPlan = (name: string): Promise<string> =>
  readFile(new URL(`../../templates/plans/${name}.yaml`, import.meta.url), 'utf8');

/** Uploads a plan through `/upgrade import`; resolves to the private answer that shows the draft. */
export async function importPlan(stage: Stage, name: string, channel: string, yaml: string): Promise<Seen> {
  await stage.opens(name, (person) => person.command(channel, '/upgrade', 'import'));
  const file = stage.as(name).uploadFile('plan.yaml', yaml);
  return stage.submitsAnswered(name, { file: [file.id] }, { in: `in ${channel}`, text: /is planned/ });
}

/** The button under the draft. */
export const schedule = (stage: Stage, name: string, channel: string, draft: Seen): Promise<Seen> =>
  stage.clicks(name, draft, 'upgrade.schedule', { in: `in ${channel}`, text: /is scheduled/ });
