import { App, type AppOptions, LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { AdjustableClock } from '../clock.ts';
import {
  type AppManifest,
  harbour,
  readManifest,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from './index.ts';

const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));

/** A sandbox of `harbour` whose clock stands still at Saturday, 5 December 2026, 22:00 in Berlin. */
export function startHarbour(
  options: Partial<Omit<SandboxOptions, 'manifest'>> & {
    manifest?: Partial<AppManifest>;
    /** Beyond those of the app's own manifest. */
    extraScopes?: string[];
  } = {},
): Promise<Sandbox> {
  return startSandbox({
    organisation: harbour,
    clock: new AdjustableClock({ at: new Date('2026-12-05T21:00:00Z') }),
    ...options,
    manifest: {
      ...manifest,
      botScopes: [...manifest.botScopes, ...(options.extraScopes ?? [])],
      ...options.manifest,
    },
  });
}

/** A Bolt app for it, not started, in Socket Mode unless `options` say otherwise. */
export function buildBolt(sandbox: Sandbox, options: AppOptions = {}): App {
  return new App({
    token: sandbox.credentials.botToken,
    appToken: sandbox.credentials.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: `${sandbox.url}/api/`, retryConfig: { retries: 0 } },
    ...options,
  });
}

/** A client that neither retries nor waits for rate limits. */
export function buildClient(sandbox: Sandbox, token = sandbox.credentials.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: `${sandbox.url}/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silent,
  });
}

const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** Slack's error code of a call that must fail. */
export async function refusal(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  const data = (outcome as { data?: { error: string; response_metadata?: { messages?: string[] } } })?.data;
  if (!data) throw new Error(`Expected a refusal by Slack, got ${String(outcome ?? 'success')}.`);
  return { error: data.error, messages: data.response_metadata?.messages ?? [] };
}
