import type { Browser, Locator, Page } from 'playwright-core';
import { mountPage } from '../../src/sandbox/page/index.ts';
import { launchChromium } from '../support/chromium.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { bootWatchbell, type TestWatchbell } from '../support/watchbell.ts';

const PATIENCE_MS = 15_000;
const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** The whole program in a Slack that runs here, and a Chromium that people look at it through. */
export interface Windows extends TestWatchbell {
  /** A new window for one person: a channel, their messages with the bot (`messages`), or `home`. */
  open(name: string, place: string, size?: typeof PHONE): Promise<Page>;
}

export async function openWindows(database: TestDatabase, now: Date): Promise<Windows> {
  const world = await bootWatchbell({ database, now, mount: (sandbox) => mountPage(sandbox) });
  const browser = await launchChromium();
  return {
    ...world,
    open: (name, place, size = DESK) => openWindow(world, browser, { name, place, size }),
    stop: async () => {
      await browser.close();
      await world.stop();
    },
  };
}

interface Looking {
  name: string;
  place: string;
  size: typeof PHONE;
}

async function openWindow({ sandbox }: TestWatchbell, browser: Browser, looking: Looking): Promise<Page> {
  const person = sandbox.as(looking.name);
  const page = await browser.newPage({ viewport: looking.size });
  page.setDefaultTimeout(PATIENCE_MS);
  const direct = looking.place === 'messages' ? person.directMessages()[0]?.channel : undefined;
  const place = direct ?? sandbox.state.channel(looking.place)?.id ?? looking.place;
  await page.goto(`${sandbox.url}/as/${person.id}/${place}`);
  return page;
}

/** The messages whose text is like this, oldest first. */
export const messages = (page: Page, text: RegExp): Locator =>
  page.locator('.message').filter({ hasText: text });

/** Types into the composer and sends. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}
