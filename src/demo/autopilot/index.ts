import { AdjustableClock, realMilliseconds } from '../../clock.ts';
import { boot } from '../boot.ts';
import { openQueue } from '../queue.ts';
import { expectCi } from './ci-expected.ts';
import { playCi } from './ci-story.ts';
import { expectCrm, neverInCrm } from './crm-expected.ts';
import { playCrm } from './crm-story.ts';
import { berlin } from './instants.ts';
import { ALWAYS, findBroken, findRefused } from './never.ts';
import { type Expected, firstLine, judge } from './oracle.ts';
import { Stage } from './stage.ts';
import { transcribe } from './transcript.ts';

/** A minute in a second: messages are paced by Slack's limits, but by this clock. */
const SPEED = 60;
/** At this pace a second in which the machine is busy shows as a minute; that much is the machine's, not the bot's. */
const TOLERANCE_MS = 4 * 60_000;
const HEARD_LAST = 15;

export interface AutopilotOptions {
  queue?: string;
  databaseUrl: Promise<string>;
}

/** Plays two upgrades without a person and holds every message against what must be said; 1 when anything is not so. */
export async function playAutopilot(options: AutopilotOptions): Promise<0 | 1> {
  const began = realMilliseconds();
  const queue = await openQueue(options.queue);
  try {
    const clock = new AdjustableClock({ at: berlin('2026-11-27T09:00'), speed: SPEED });
    const world = await boot({ clock, databaseUrl: options.databaseUrl, queueUrl: queue.url });
    try {
      const stage = new Stage(world);
      const problems = report(stage, await playBoth(stage));
      problems.push(...findRefused(world.sandbox.calls));
      const { backend } = await world.app.context.jobs.health();
      return conclude(problems, `${Math.round((realMilliseconds() - began) / 1_000)} s, queue on ${backend}`);
    } finally {
      await world.stop();
    }
  } finally {
    await queue.stop();
  }
}

/** Resolves to every message that must be there. A story that breaks off says what was heard last. */
async function playBoth(stage: Stage): Promise<Expected[]> {
  try {
    const crm = await playCrm(stage);
    const ci = await playCi(stage);
    return [...expectCrm(crm), ...expectCi(ci)];
  } catch (error) {
    for (const { at, place, text } of stage.recorder.seen.slice(-HEARD_LAST))
      console.error(`${at.toISOString()} ${place}: ${firstLine(text)}`);
    throw error;
  }
}

function report({ recorder, answers }: Stage, messages: Expected[]): string[] {
  const judgement = judge([...messages, ...answers], recorder.seen, TOLERANCE_MS);
  console.log('planned (Berlin)    late  to whom: [what] how it begins');
  for (const line of transcribe(judgement)) console.log(line);
  console.log(
    `\n${judgement.met.length} messages as they must be, ${judgement.leftOver.length} that nobody asked for.`,
  );
  return [...judgement.problems, ...findBroken([...ALWAYS, ...neverInCrm], recorder.seen)];
}

function conclude(problems: string[], how: string): 0 | 1 {
  for (const problem of problems) console.error(`WRONG ${problem}`);
  console.log(
    problems.length === 0 ? `All is as it must be (${how}).` : `${problems.length} wrong (${how}).`,
  );
  return problems.length === 0 ? 0 : 1;
}
