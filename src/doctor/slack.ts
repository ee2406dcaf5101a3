import { readFile } from 'node:fs/promises';
import { type WebAPICallResult, WebClient } from '@slack/web-api';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SlackConfig } from '../config.ts';
import { webClientOptions } from '../slack/web-caller.ts';
import { type Finding, orBad } from './finding.ts';
import { remedyFor } from './trouble.ts';

const MANIFEST = new URL('../../slack-app-manifest.yaml', import.meta.url);

const Manifest = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });

const REINSTALL =
  'Update the app from slack-app-manifest.yaml (api.slack.com/apps) and reinstall it to the workspace.';

export async function examineSlack(slack: SlackConfig): Promise<Finding[]> {
  return (await Promise.all([examineBotToken(slack), examineDelivery(slack)])).flat();
}

function examineBotToken({ botToken, apiUrl }: SlackConfig): Promise<Finding[]> {
  return orBad('Slack', remedyFor('token'), async () => {
    const answer = await new WebClient(botToken, webClientOptions(apiUrl)).auth.test();
    const found: Finding = {
      subject: 'Slack',
      state: 'good',
      text: `@${answer.user} in ${answer.team} (${answer.team_id})`,
    };
    return [found, scopeFinding(await requiredScopes(), grantedScopes(answer))];
  });
}

function examineDelivery({ transport, apiUrl }: SlackConfig): Promise<Finding[]> {
  const subject = 'Slack delivery';
  if (transport.kind === 'http') {
    const text = `HTTP on ${transport.host}:${transport.port}, /slack/events`;
    return Promise.resolve([{ subject, state: 'good', text }]);
  }
  return orBad(subject, remedyFor('delivery'), async () => {
    await new WebClient(transport.appToken, webClientOptions(apiUrl)).apps.connections.open();
    return [{ subject, state: 'good', text: 'Socket Mode' }];
  });
}

export function scopeFinding(required: string[], granted: string[]): Finding {
  const missing = required.filter((scope) => !granted.includes(scope));
  if (missing.length === 0)
    return { subject: 'Slack scopes', state: 'good', text: `all ${required.length} granted` };
  return { subject: 'Slack scopes', state: 'bad', text: `missing: ${missing.join(', ')}`, remedy: REINSTALL };
}

async function requiredScopes(): Promise<string[]> {
  return Manifest.parse(parse(await readFile(MANIFEST, 'utf8'))).oauth_config.scopes.bot;
}

/** Slack names a token's scopes in the header of every answer. */
const grantedScopes = (answer: WebAPICallResult): string[] => answer.response_metadata?.scopes ?? [];
