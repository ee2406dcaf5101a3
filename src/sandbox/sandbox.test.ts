import { type App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATIENCE } from '../../test/support/patience.ts';
import type { Sandbox } from './index.ts';
import { buildBolt, startHarbour } from './testing.ts';

let sandbox: Sandbox;
let app: App;

beforeEach(async () => {
  sandbox = await startHarbour();
  app = buildBolt(sandbox);
});

afterEach(async () => {
  await app.stop();
  await sandbox.close();
});

const room = 'CCRMUPGRADE';
const plain = (text: string) => ({ type: 'plain_text', text }) as const;

const poll = {
  type: 'actions',
  block_id: 'poll',
  elements: [
    {
      type: 'button',
      action_id: 'rollback.vote',
      value: 'roll-back',
      text: plain('Roll back'),
      confirm: {
        title: plain('Sure?'),
        text: plain('This ends the upgrade.'),
        confirm: plain('Roll back'),
        deny: plain('Wait'),
      },
    },
  ],
} as const;

describe('a Bolt app in Socket Mode', () => {
  test('slash command → text as typed, reply only to the person who typed it', async () => {
    app.command('/upgrade', async ({ ack, command }) => {
      await ack({ text: `You said: ${command.text}` });
    });
    await app.start();

    const outcome = await sandbox.as('dana').command('#crm-upgrade', '/upgrade', 'show\nUP-1 <b> & @here');

    expect(outcome).toEqual({ acknowledged: true });
    const [reply] = sandbox.as('dana').ephemerals('#crm-upgrade');
    expect(reply?.text).toBe('You said: show\nUP-1 &lt;b&gt; &amp; @here');
    expect(sandbox.as('sam').ephemerals('#crm-upgrade')).toEqual([]);
    expect(sandbox.as('sam').messages('#crm-upgrade')).toEqual([]);
  });

  test('respond → five uses, then the address is spent', async () => {
    const statuses: unknown[] = [];
    app.command('/upgrade', async ({ ack, respond }) => {
      await ack();
      for (let use = 1; use <= 6; use += 1) {
        statuses.push(
          await respond(`reply ${use}`).then(
            () => 'ok',
            (error: { statusCode?: number }) => error.statusCode,
          ),
        );
      }
    });
    await app.start();
    await sandbox.as('dana').command('#crm-upgrade', '/upgrade', 'help');
    await vi.waitFor(() => expect(statuses).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 404]), PATIENCE);
    expect(sandbox.as('dana').ephemerals()).toHaveLength(5);
  });

  test('button → the app hears who clicked what; deny in the confirm dialog → it hears nothing', async () => {
    const clicks: string[] = [];
    app.action('rollback.vote', async ({ ack, body, action, client }) => {
      await ack();
      if (body.type !== 'block_actions' || action.type !== 'button') throw new Error('unexpected payload');
      clicks.push(`${body.user.id} ${action.value}`);
      await client.chat.update({
        channel: body.channel?.id ?? '',
        ts: body.message?.ts ?? '',
        text: 'Decided',
        blocks: [],
      });
    });
    await app.start();
    const { ts = '' } = await app.client.chat.postMessage({ channel: room, text: 'Decide', blocks: [poll] });

    await sandbox.as('priya').click({ channel: room, ts }, 'rollback.vote', { confirm: 'deny' });
    expect(clicks).toEqual([]);

    await sandbox.as('priya').click({ channel: room, ts }, 'rollback.vote');
    await vi.waitFor(() => expect(sandbox.state.message(room, ts)?.text).toBe('Decided'), PATIENCE);
    expect(clicks).toEqual(['UPRIYA roll-back']);
    expect(sandbox.state.message(room, ts)?.edited?.user).toBe(sandbox.botUserId);
    await expect(sandbox.as('priya').click({ channel: room, ts }, 'rollback.vote')).rejects.toThrow(
      'There is no button “rollback.vote” here.',
    );
  });

  test('home opened → the app publishes, the person sees it', async () => {
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'header', text: plain('Your upgrades') }] },
      });
    });
    await app.start();
    await sandbox.as('uma').openHome();
    await vi.waitFor(() => expect(sandbox.as('uma').home()?.blocks[0]?.type).toBe('header'), PATIENCE);
    expect(sandbox.as('sam').home()).toBeUndefined();
  });

  test('asked to reconnect → the app comes back and answers', async () => {
    await app.stop();
    const receiver = new SocketModeReceiver({
      appToken: sandbox.credentials.appToken,
      clientPingTimeout: 1500,
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: { slackApiUrl: `${sandbox.url}/api/` } },
    });
    app = buildBolt(sandbox, { receiver, socketMode: false, appToken: undefined });
    app.command('/upgrade', async ({ ack }) => ack('here again'));
    await app.start();
    sandbox.socket.disconnect('refresh_requested');
    await vi.waitFor(() => expect(sandbox.socket.connections).toBe(0), PATIENCE);
    await vi.waitFor(() => expect(sandbox.socket.connections).toBe(1), PATIENCE);
    await expect(sandbox.as('dana').command(room, '/upgrade')).resolves.toEqual({ acknowledged: true });
  });
});

describe('an app that does not answer', () => {
  test('no acknowledgement within 3 seconds → timeout', async () => {
    app.command('/upgrade', async () => {});
    await app.start();
    const outcome = await sandbox.as('dana').command(room, '/upgrade', 'help');
    expect(outcome).toMatchObject({ failure: '/upgrade failed with the error "operation_timeout"' });
  });
});
