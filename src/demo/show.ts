import { AdjustableClock } from '../clock.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { mountPage } from '../sandbox/page/index.ts';
import { Stage } from './autopilot/stage.ts';
import { type Booted, boot } from './boot.ts';
import { DrivenClock } from './clock-controls.ts';
import type { DemoOptions } from './options.ts';
import { importPlan, readShippedPlan, schedule } from './plan-upgrade.ts';
import { openQueue } from './queue.ts';
import { welcome } from './welcome.ts';

/** A Friday morning, the day before the CRM upgrade is announced. */
const BEGIN = new Date('2026-11-27T09:00:00+01:00');
const PORT = 4600;

/** A whole upgrade to watch in a browser; the CRM plan is scheduled already. */
export async function show(options: DemoOptions, databaseUrl: Promise<string>): Promise<Shown> {
  const clock = new AdjustableClock({ at: BEGIN, speed: 1 });
  const controls = new DrivenClock(clock);
  const queue = await openQueue(options.queue);
  const stop: (() => Promise<void>)[] = [queue.stop];
  const stopAll = async () => {
    for (const step of stop.splice(0).reverse()) await step();
  };
  try {
    const port = options.port ?? PORT;
    const mount = (sandbox: Sandbox) => mountPage(sandbox, { clock: controls });
    const world = await boot({ clock, databaseUrl, queueUrl: queue.url, port, mount });
    stop.push(world.stop, async () => controls.stop());
    controls.watch(world.app);
    await scheduleTheFirst(world);
    console.log(welcome(world.sandbox.url));
    return { stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

interface Shown {
  stop(): Promise<void>;
}

async function scheduleTheFirst(world: Booted): Promise<void> {
  const stage = new Stage(world);
  const draft = await importPlan(stage, 'dana', '#crm-upgrade', await readShippedPlan('crm-migration'));
  await schedule(stage, 'dana', '#crm-upgrade', draft);
  await stage.settle();
}
