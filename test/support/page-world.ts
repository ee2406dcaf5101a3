import { App, LogLevel } from '@slack/bolt';
import type { Browser, Page } from 'playwright-core';
import { AdjustableClock } from '../../src/clock.ts';
import { harbour, readManifest, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { mountPage } from '../../src/sandbox/page/index.ts';
import { launchChromium } from './chromium.ts';

export interface World {
  sandbox: Sandbox;
  app: App;
  clock: AdjustableClock;
  /** A new browser window for one person, on a channel (`crm-upgrade` unless told) or on Home. */
  open(user: string, place?: string): Promise<Page>;
  close(): Promise<void>;
}

/** The sandbox with its page and clock bar, a Bolt app without a listener, and a Chromium. */
export async function startWorld(): Promise<World> {
  const clock = new AdjustableClock({ at: new Date('2026-12-05T21:00:00Z') });
  const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
  const sandbox = await startSandbox({ organisation: harbour, manifest, clock, rateLimits: false });
  mountPage(sandbox, { clock: controlsOf(clock) });
  const app = new App({
    token: sandbox.credentials.botToken,
    appToken: sandbox.credentials.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: `${sandbox.url}/api/`, retryConfig: { retries: 0 } },
  });
  await app.start();
  const browser = await launchChromium();
  return {
    sandbox,
    app,
    clock,
    open: (user, place = 'crm-upgrade') => openPage(sandbox, browser, user, place),
    close: async () => {
      await browser.close();
      await app.stop();
      await sandbox.close();
    },
  };
}

async function openPage(sandbox: Sandbox, browser: Browser, user: string, place: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(10_000);
  await page.goto(`${sandbox.url}/as/${user}/${sandbox.state.channel(place)?.id ?? place}`);
  return page;
}

const NEXT = new Date('2026-12-05T22:30:00Z');

const controlsOf = (clock: AdjustableClock) => ({
  state: () => ({
    now: clock.now(),
    speed: clock.speed,
    nextEvent: { at: NEXT, what: 'Heartbeat of UP-12' },
  }),
  setSpeed: (speed: number) => clock.setSpeed(speed),
  toNextEvent: async () => clock.set(NEXT),
  onChange: (listener: () => void) => clock.onChange(listener),
});
