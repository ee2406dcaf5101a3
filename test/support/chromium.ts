import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The system's Chromium, if there is one; where there is none, that is said aloud, and refused where it is required. */
export const chromiumPath: string | undefined = findChromium();

/** A Chromium without a window, that talks to nobody but us. */
export function launchChromium(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}

function findChromium(): string | undefined {
  const found = PLACES.find((path) => existsSync(path));
  if (found) return found;
  const missing = `There is no Chromium at ${PLACES.join(', ')}`;
  if (process.env.WATCHBELL_REQUIRE_CHROMIUM === '1') {
    throw new Error(`${missing}, and WATCHBELL_REQUIRE_CHROMIUM=1 asks for it.`);
  }
  console.warn(`SKIPPED: every browser test. ${missing} (Debian: apt-get install chromium).`);
  return undefined;
}
