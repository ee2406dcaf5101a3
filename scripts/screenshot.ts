import { writeFile } from 'node:fs/promises';
import { AdjustableClock } from '../src/clock.ts';
import { berlin } from '../src/demo/autopilot/instants.ts';
import { Stage } from '../src/demo/autopilot/stage.ts';
import { type Booted, boot } from '../src/demo/boot.ts';
import { DrivenClock } from '../src/demo/clock-controls.ts';
import { importPlan, readShippedPlan, schedule } from '../src/demo/plan-upgrade.ts';
import { openPostgres } from '../src/demo/postgres.ts';
import type { Sandbox } from '../src/sandbox/index.ts';
import { mountPage } from '../src/sandbox/page/index.ts';
import { launchChromium } from '../test/support/chromium.ts';

/* The README's picture: the night of the CRM upgrade, as its sponsor is asked to decide. `npm run screenshot` */

const FILE = new URL('../docs/images/watchbell.png', import.meta.url);
/** Pixels of the picture for each pixel of the page. */
const SHARPNESS = 1.5;
const ROOM = '#crm-upgrade';

const postgres = openPostgres();
const clock = new AdjustableClock({ at: berlin('2026-12-05T20:00'), speed: 60 });
const controls = new DrivenClock(clock);
const mount = (sandbox: Sandbox) => mountPage(sandbox, { clock: controls });
try {
  const world = await boot({ clock, databaseUrl: postgres.url, mount });
  try {
    controls.watch(world.app);
    await playToDecision(new Stage(world));
    clock.setSpeed(1);
    const picture = await photograph(world);
    await writeFile(FILE, picture);
    console.log(`docs/images/watchbell.png, ${Math.round(picture.length / 1024)} kB`);
  } finally {
    controls.stop();
    await world.stop();
  }
} finally {
  await postgres.stop();
}

async function playToDecision(stage: Stage): Promise<void> {
  const draft = await importPlan(stage, 'dana', ROOM, await readShippedPlan('crm-migration'));
  await schedule(stage, 'dana', ROOM, draft);
  await stage.passUntil(berlin('2026-12-05T22:00'));
  await stage.types('dana', ROOM, 'start', /UP-1 has started/);
  await stage.passUntil(berlin('2026-12-05T22:27'));
  await stage.types('uma', ROOM, 'status The backup is done and checked. The migration begins.', /is kept/);
  await stage.passUntil(berlin('2026-12-05T22:57'));
  await stage.types('uma', ROOM, 'status The schema is migrated; contacts are being imported', /is kept/);
  await stage.passUntil(berlin('2026-12-05T23:27'));
  await stage.types('olga', ROOM, 'issue Contacts import at a third of the speed', /Issue 1/);
  await stage.types(
    'uma',
    ROOM,
    'status 60 % of the contacts are imported, slower than rehearsed',
    /is kept/,
  );
  await stage.passUntil(berlin('2026-12-05T23:32'));
  await stage.types(
    'dana',
    ROOM,
    'rollback At this speed the import does not end in time',
    /asked to decide/,
  );
  await stage.settle();
}

interface Look {
  name: string;
  place: string;
  width: number;
  height: number;
  /** What stands at the top. */
  from: string;
}

/** The room at the deputy's desk, and the decision on the sponsor's phone, five hours of time zones away. */
async function photograph({ sandbox }: Booted): Promise<Buffer> {
  const browser = await launchChromium();
  const look = async ({ name, place, width, height, from }: Look): Promise<string> => {
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: SHARPNESS });
    await page.goto(`${sandbox.url}/as/${sandbox.as(name).id}/${place}`);
    await page
      .locator('.message', { hasText: from })
      .last()
      .evaluate((message: { scrollIntoView(): void }) => message.scrollIntoView());
    return (await page.screenshot()).toString('base64');
  };
  try {
    const direct = sandbox.as('priya').directMessages()[0]?.channel ?? 'home';
    const desk = { name: 'sam', place: 'CCRMUPGRADE', width: 1020, height: 1150, from: 'Pinned by' };
    const phone = {
      name: 'priya',
      place: direct,
      width: 390,
      height: 1090,
      from: 'roll back or keep going?',
    };
    const page = await browser.newPage({
      viewport: { width: 1280, height: 990 },
      deviceScaleFactor: SHARPNESS,
    });
    await page.setContent(sideBySide(await look(desk), await look(phone)));
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}

function sideBySide(desk: string, phone: string): string {
  return `
  <style>
    body { margin: 0; height: 100vh; display: flex; align-items: center; justify-content: center; gap: 24px;
      background: #dcdcf0; }
    img { height: 940px; border-radius: 12px; box-shadow: 0 12px 32px rgb(30 20 60 / 30%); }
    img + img { border-radius: 28px; border: 6px solid #1b1730; box-sizing: border-box; }
  </style>
  <img src="data:image/png;base64,${desk}"><img src="data:image/png;base64,${phone}">`;
}
