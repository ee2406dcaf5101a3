import { App, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AdjustableClock } from '../clock.ts';
import { harbour, readManifest, type Sandbox, startSandbox } from './index.ts';

const manifest = readManifest(new URL('../../slack-app-manifest.yaml', import.meta.url));
const start = new Date('2026-12-05T21:00:00Z');

let sandbox: Sandbox;
let app: App;

beforeEach(async () => {
  sandbox = await startSandbox({
    organisation: harbour,
    manifest,
    clock: new AdjustableClock({ at: start }),
  });
  app = new App({
    token: sandbox.credentials.botToken,
    appToken: sandbox.credentials.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: `${sandbox.url}/api/`, retryConfig: { retries: 0 } },
  });
});

afterEach(async () => {
  await app.stop();
  await sandbox.close();
});

const button = {
  type: 'actions',
  block_id: 'poll',
  elements: [
    {
      type: 'button',
      action_id: 'rollback.vote',
      value: 'roll-back',
      text: { type: 'plain_text', text: 'Roll back' },
      confirm: {
        title: { type: 'plain_text', text: 'Sure?' },
        text: { type: 'plain_text', text: 'This ends the upgrade.' },
        confirm: { type: 'plain_text', text: 'Roll back' },
        deny: { type: 'plain_text', text: 'Wait' },
      },
    },
  ],
} as const;

describe('a Bolt app in Socket Mode', () => {
  test('slash command → reply only to the person who typed it', async () => {
    app.command('/upgrade', async ({ ack, command }) => {
      await ack({ text: `You said: ${command.text}` });
    });
    await app.start();

    const outcome = await sandbox.as('dana').command('#crm-upgrade', '/upgrade', 'show\nUP-1 <b> & @here');

    expect(outcome).toEqual({ acknowledged: true });
    expect(
      sandbox
        .as('dana')
        .ephemerals('#crm-upgrade')
        .map((one) => one.text),
    ).toEqual(['You said: show\nUP-1 &lt;b&gt; &amp; @here']);
    expect(sandbox.as('sam').ephemerals('#crm-upgrade')).toEqual([]);
    expect(sandbox.as('sam').messages('#crm-upgrade')).toEqual([]);
  });

  test('button in a message → the app hears who clicked what, and updates the message', async () => {
    app.action('rollback.vote', async ({ ack, body, action, client }) => {
      await ack();
      if (body.type !== 'block_actions' || action.type !== 'button' || !body.message) throw new Error('?');
      await client.chat.update({
        channel: body.channel?.id ?? '',
        ts: body.message.ts,
        text: `${body.user.id} chose ${action.value}`,
        blocks: [],
      });
    });
    await app.start();
    const { ts = '' } = await app.client.chat.postMessage({
      channel: 'CCRMUPGRADE',
      text: 'Decide',
      blocks: [button],
    });
    const target = { channel: 'CCRMUPGRADE', ts };

    await sandbox.as('priya').click(target, 'rollback.vote', { confirm: 'deny' });
    expect(sandbox.state.message('CCRMUPGRADE', ts)?.text).toBe('Decide');

    await sandbox.as('priya').click(target, 'rollback.vote');
    await vi.waitFor(() => {
      expect(sandbox.state.message('CCRMUPGRADE', ts)).toMatchObject({
        text: 'UPRIYA chose roll-back',
        blocks: [],
        edited: { user: sandbox.botUserId },
      });
    });
    await expect(sandbox.as('priya').click(target, 'rollback.vote')).rejects.toThrow('no button');
  });
});
