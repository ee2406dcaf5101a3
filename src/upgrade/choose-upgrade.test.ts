import { beforeEach, describe, expect, test } from 'vitest';
import { by, draftOf, testContext } from '../../test/support/context.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { transact } from '../context.ts';
import { checkContent } from '../sandbox/validate/message.ts';
import type { Message } from '../slack/message.ts';
import type { CommandCall } from '../slack/surface.ts';
import { chooseUpgrade, getMeant, type Wanted } from './choose-upgrade.ts';
import type { State } from './lifecycle.ts';
import { keyOf, type Upgrade, updateUpgrade } from './store.ts';
import { upgrade as table } from './tables.ts';

const { db } = await testDatabase();
const t = await testContext(db, [], new Date('2026-12-05T20:00:00Z'));
const CRM = 'CCRMUPGRADE';
const CI = 'CCIUPGRADE';
const STATUS: Wanted = { command: 'status', verbs: ['status'] };

interface Seed {
  state: State;
  room?: string;
  lead?: string;
}

async function put({ state, room = CRM, lead = 'UDANA' }: Seed): Promise<Upgrade> {
  const draft = await draftOf(t, (plan) => ({
    ...plan,
    channels: { ...plan.channels, room },
    people: { ...plan.people, lead, sponsor: 'UPRIYA', operations: [], consulted: [], communicator: lead },
  }));
  return transact(t.context, (unit) => updateUpgrade(unit, draft, { state, createdBy: lead }));
}

function callOf(
  name: string,
  channelId: string | undefined,
  text = '',
): CommandCall & { replies: Message[] } {
  const replies: Message[] = [];
  return {
    context: t.context,
    actor: by(name),
    channelId,
    triggerId: '',
    text,
    replies,
    reply: async (message) => void replies.push(message as Message),
  };
}

async function chosen(name: string, channel: string | undefined, wanted = STATUS, text = 'all well') {
  return (await chooseUpgrade(callOf(name, channel, text), wanted))?.upgrade.number;
}

const buttonsIn = (message: Message | undefined) =>
  (message?.blocks ?? []).flatMap((block) => (block.type === 'actions' ? block.elements : []));

beforeEach(async () => {
  await db.update(table).set({ state: 'closed' });
});

describe('with a key', () => {
  test.each(['UP-{n} all well', 'up-{n}: all well', '  Up-{n}\tall well', 'UP-{n}, all well'])(
    '%s',
    async (typed) => {
      const upgrade = await put({ state: 'closed', room: CI });
      await put({ state: 'in_progress' });
      const call = callOf('mia', CRM, typed.replace('{n}', String(upgrade.number)));
      expect(await chooseUpgrade(call, STATUS)).toMatchObject({
        upgrade: { id: upgrade.id },
        text: 'all well',
      });
    },
  );

  test.each(['UP-2nd attempt', 'UP-3-b', 'UPS are up'])('“%s” is no key', async (text) => {
    const running = await put({ state: 'in_progress' });
    const found = await chooseUpgrade(callOf('dana', CRM, text), STATUS);
    expect(found).toMatchObject({ upgrade: { id: running.id }, text });
  });

  test('an unknown one is refused with what there is', async () => {
    const running = await put({ state: 'in_progress' });
    const attempt = chooseUpgrade(callOf('dana', CRM, 'UP-99999 x'), STATUS);
    await expect(attempt).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no UP-99999 here.',
      next: `There is: ${keyOf(running)} CRM 8 to CRM 9, in progress. See all with /upgrade list.`,
    });
  });
});

describe('without a key', () => {
  test('it is the one of this room for which it is possible', async () => {
    const running = await put({ state: 'in_progress' });
    await put({ state: 'scheduled' });
    await put({ state: 'in_progress', room: CI });
    expect(await chosen('mia', CRM)).toBe(running.number);
  });

  test('of two in a room it is the one in which this person can do it', async () => {
    await put({ state: 'in_progress' });
    const theirs = await put({ state: 'in_progress', lead: 'UINES' });
    expect(await chosen('ines', CRM)).toBe(theirs.number);
  });

  test.each([CI, undefined, 'DDIRECT'])(
    'outside of any room (%s) it is the one of this person',
    async (channel) => {
      const theirs = await put({ state: 'in_progress' });
      await put({ state: 'in_progress', lead: 'UINES' });
      expect(await chosen('dana', channel)).toBe(theirs.number);
    },
  );

  test('in a room of its own, an upgrade elsewhere is never meant without a question', async () => {
    await put({ state: 'in_progress' });
    const elsewhere = await put({ state: 'draft', room: CI });
    const call = callOf('dana', CRM);
    expect(await chooseUpgrade(call, { command: 'schedule', verbs: ['schedule'] })).toBeUndefined();
    expect(buttonsIn(call.replies[0])).toMatchObject([{ value: `schedule ${keyOf(elsewhere)}` }]);
  });

  test('the only one of a room in another state is handed on, so that the verb says why not', async () => {
    const over = await put({ state: 'completed' });
    expect(await chosen('dana', CRM)).toBe(over.number);
  });

  test('with none at all, the answer says what to do', async () => {
    await expect(chosen('dana', CRM)).rejects.toMatchObject({
      message: 'There is no upgrade here for which /upgrade status could be used now.',
      next: 'No upgrade is open. Plan one with /upgrade new.',
    });
  });
});

describe('where several could be meant', () => {
  test('the person is asked, and each button is the command for one of them', async () => {
    const one = await put({ state: 'in_progress' });
    const two = await put({ state: 'verifying' });
    const call = callOf('dana', CRM, 'two thirds <!here>');
    expect(await chooseUpgrade(call, STATUS)).toBeUndefined();
    const [question] = call.replies;
    expect(buttonsIn(question)).toMatchObject([
      { action_id: 'command.pick.1', value: `status ${keyOf(two)} two thirds <!here>` },
      { action_id: 'command.pick.2', value: `status ${keyOf(one)} two thirds <!here>` },
    ]);
    expect(question?.text).toContain(`${keyOf(one)} CRM 8 to CRM 9, in progress`);
    expect(question?.text).not.toContain('<!here>');
    expect(() => checkContent({ ...question })).not.toThrow();
  });

  test('text that no button can hold is given back whole', async () => {
    await put({ state: 'in_progress' });
    const two = await put({ state: 'in_progress' });
    const text = 'word '.repeat(1_000).trim();
    const call = callOf('dana', CRM, text);
    await chooseUpgrade(call, STATUS);
    const [question] = call.replies;
    expect(buttonsIn(question)[0]).toMatchObject({ value: `status ${keyOf(two)}` });
    const shown = question?.blocks.flatMap((block) =>
      block.type === 'section' ? (block.text?.text ?? '') : [],
    );
    expect(shown?.join('').match(/word/g)).toHaveLength(1_000);
    expect(() => checkContent({ ...question })).not.toThrow();
  });
});

test.each(['', 'x', '1; drop table upgrade', '99999999', '-1'])(
  'a forged button value is refused: %s',
  async (value) => {
    await expect(getMeant({ ...callOf('dana', CRM), value })).rejects.toMatchObject({ code: 'not_found' });
  },
);
