import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from './index.ts';
import { buildClient, startHarbour } from './testing.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startHarbour();
});

afterEach(() => sandbox.close());

const room = 'CCRMUPGRADE';
const vote = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'rollback.vote', text: { type: 'plain_text', text: 'Vote' } }],
} as const;

describe('what Slack lets people do', () => {
  test('not connected → the person is told by Slackbot', async () => {
    const outcome = await sandbox.as('dana').command(room, '/upgrade', 'help');
    expect(outcome).toEqual({
      acknowledged: false,
      failure: '/upgrade failed with the error "dispatch_failed"',
    });
    expect(sandbox.as('dana').ephemerals(room)[0]).toMatchObject({ author: 'USLACKBOT' });
  });

  test('a person outside the channel sees no button to click', async () => {
    const { ts = '' } = await buildClient(sandbox).chat.postMessage({
      channel: room,
      text: 'Decide',
      blocks: [vote],
    });
    await expect(sandbox.as('zoe').click({ channel: room, ts }, 'rollback.vote')).rejects.toThrow(
      'zoe sees no such message.',
    );
  });

  test.each([
    ['someone of another organisation', 'xavier', room, '/upgrade', 'other organisations cannot run'],
    ['someone who is not in the channel', 'zoe', room, '/upgrade', 'zoe is not in'],
    ['someone deactivated', 'gone', '#all-staff', '/upgrade', 'deactivated'],
    ['someone who mistypes the command', 'dana', room, '/upgrad', '/upgrad is not a valid command.'],
  ])('%s cannot run the command', async (_, user, channel, command, message) => {
    await expect(sandbox.as(user).command(channel, command)).rejects.toThrow(message);
  });

  test('names picked in the composer become mentions; everything else stays text', async () => {
    const post = (text: string) => sandbox.as('dana').post(room, text);
    await expect(post('@priya and @dba, <!channel> & <@UPRIYA>')).resolves.toMatchObject({
      text: '<@UPRIYA> and <!subteam^SDBA>, &lt;!channel&gt; &amp; &lt;@UPRIYA&gt;',
      mentions: { users: ['UPRIYA'], groups: ['SDBA'], broadcasts: [] },
    });
    await expect(post('@here: mail dana@harbour.example')).resolves.toMatchObject({
      mentions: { users: [], groups: [], broadcasts: ['here'] },
    });
  });

  test('an archived channel takes no more posts', async () => {
    sandbox.changeChannel(room, { is_archived: true });
    await expect(sandbox.as('dana').post(room, 'Hello')).rejects.toThrow('#crm-upgrade is archived.');
  });
});
