import type { DemoOptions, RunDemo } from '../cli/demo.ts';
import { runUntilStopped } from '../cli/lifetime.ts';
import { AdjustableClock } from '../clock.ts';
import { mountPage } from '../sandbox/page/index.ts';
import { Stage } from './autopilot/stage.ts';
import { type Booted, boot } from './boot.ts';
import { driveClock } from './clock-controls.ts';
import { importPlan, readShippedPlan, schedule } from './plan-upgrade.ts';
import { openQueue } from './queue.ts';
import { welcome } from './welcome.ts';

/** A Friday morning, the day before the CRM upgrade is announced. */
const BEGIN = new Date('2026-11-27T09:00:00+01:00');
const PORT = 4600;

/** A whole upgrade to watch in a browser, or one that plays itself and checks every message. */
export const runDemo: RunDemo = async (options) => {
  if (!options.autopilot) return runUntilStopped(() => show(options));
  const { playAutopilot } = await import('./autopilot/index.ts');
  return playAutopilot({ queue: options.queue });
};

async function show(options: DemoOptions) {
  console.log('Watchbell: starting a Slack, a Postgres and the bot on this machine …');
  const clock = new AdjustableClock({ at: BEGIN, speed: 1 });
  const queue = await openQueue(options.queue);
  const world = await boot({ clock, queueUrl: queue.url, port: options.port ?? PORT }).catch(
    async (error: unknown) => {
      await queue.stop();
      throw error;
    },
  );
  const controls = driveClock(world.app, clock);
  const stop = async () => {
    controls.stop();
    await world.stop();
    await queue.stop();
  };
  try {
    mountPage(world.sandbox, { clock: controls });
    await scheduleTheFirst(world);
    console.log(welcome(world.sandbox.url));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function scheduleTheFirst(world: Booted): Promise<void> {
  const stage = new Stage(world);
  const draft = await importPlan(stage, 'dana', '#crm-upgrade', await readShippedPlan('crm-migration'));
  await schedule(stage, 'dana', '#crm-upgrade', draft);
  await stage.settle();
}
