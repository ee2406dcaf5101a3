import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatPlan } from './format.ts';
import { parsePlan } from './parse.ts';
import { collectReferences, type Directory, type FoundUser, resolveReferences } from './references.ts';

const file = new URL('../../../templates/plans/crm-migration.yaml', import.meta.url);
const parsed = parsePlan(readFileSync(file, 'utf8'));
const plan = parsed.plan ?? expect.unreachable();

const member = { guest: false, bot: false, deactivated: false, foreign: false };
const idOf = (written: string) => `U${written.replace(/@.*/, '').toUpperCase()}`;

function directory(change: Partial<Directory> = {}): Directory {
  return {
    user: async (written) => ({ id: idOf(written), ...member }),
    channel: async (written) => ({
      id: `C${written.slice(1).toUpperCase()}`,
      archived: false,
      botIsMember: true,
    }),
    group: async (written) => ({ id: `S${written.slice(1).toUpperCase()}`, disabled: false }),
    ...change,
  };
}

const withUser = (name: string, found: Partial<NonNullable<FoundUser>>) =>
  directory({
    user: async (written) => ({ id: idOf(written), ...member, ...(written.startsWith(name) ? found : {}) }),
  });

const problemsWith = async (found: Directory) =>
  (await resolveReferences(plan, found, parsed.locate)).problems ?? [];

describe('the names in a plan', () => {
  test('are all listed, with their paths', () => {
    expect(collectReferences(plan).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'user people.lead',
      'user people.sponsor',
      'user people.deputy',
      'user people.communicator',
      'user people.crisis-speaker',
      'user people.operations.0',
      'user people.consulted.0',
      'user people.consulted.1',
      'channel channels.room',
      'channel channels.announce.0',
      'channel channels.support',
      'channel audience.channels.0',
      'group audience.groups.0',
      'user audience.users.0',
    ]);
  });

  test('become Slack ids', async () => {
    const resolved = (await resolveReferences(plan, directory())).plan;
    expect(resolved?.people).toEqual({
      lead: 'UDANA',
      sponsor: 'UPRIYA',
      deputy: 'USAM',
      communicator: 'UUMA',
      crisisSpeaker: 'UCARL',
      operations: ['UOLGA'],
      consulted: ['UPETRA', 'UHUGO'],
    });
    expect(resolved?.channels).toEqual({
      room: 'CCRM-UPGRADE',
      announce: ['CALL-STAFF'],
      support: 'CCRM-HELP',
    });
    expect(resolved?.audience).toEqual({ channels: ['CSALES'], groups: ['SFIELD-SALES'], users: ['UEMMA'] });
  });

  test('stay ids when the plan is written out and read again', async () => {
    const resolved = (await resolveReferences(plan, directory())).plan ?? expect.unreachable();
    expect(parsePlan(formatPlan(resolved)).plan?.people).toEqual(resolved.people);
  });

  test('that cannot be found are said all at once, each with its line and column', async () => {
    const nothing = directory({
      user: async () => undefined,
      channel: async () => undefined,
      group: async () => undefined,
    });
    const problems = await problemsWith(nothing);
    expect(problems).toHaveLength(collectReferences(plan).length);
    expect(problems[0]).toEqual({
      path: 'people.lead',
      message: expect.stringContaining('dana@harbour.example is nobody in this workspace'),
      line: 29,
      column: 3,
    });
    for (const problem of problems) expect(problem.line).toBeGreaterThan(1);
  });

  test.each([
    ['deactivated', { deactivated: true }, 'has a deactivated account'],
    ['a bot', { bot: true }, 'is a bot'],
    ['a guest', { guest: true }, 'is a guest here and cannot hold a role'],
    ['of another organisation', { foreign: true }, 'belongs to another organisation and cannot hold a role'],
  ])('cannot give a role to somebody who is %s', async (_name, found, message) => {
    const problems = await problemsWith(withUser('olga', found));
    expect(problems).toEqual([
      expect.objectContaining({ path: 'people.operations.0', message: expect.stringContaining(message) }),
    ]);
  });

  test('may tell a guest', async () => {
    expect(await problemsWith(withUser('emma', { guest: true }))).toEqual([]);
  });

  test('say how to invite the bot, and which channel is archived', async () => {
    const problems = await problemsWith(
      directory({
        channel: async (written) => ({
          id: 'C1',
          archived: written === '#sales',
          botIsMember: written !== '#crm-upgrade',
        }),
      }),
    );
    expect(problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining('#crm-upgrade does not have me in it yet: type /invite @Watchbell'),
      expect.stringContaining('#sales is archived'),
    ]);
  });

  test('may not be two spellings of one person for sponsor and lead', async () => {
    const problems = await problemsWith(withUser('priya', { id: 'UDANA' }));
    expect(problems).toEqual([expect.objectContaining({ path: 'people.sponsor', line: 30 })]);
  });

  test('are looked up once each', async () => {
    const asked: string[] = [];
    const found = directory({
      user: async (written) => {
        asked.push(written);
        return { id: idOf(written), ...member };
      },
    });
    await resolveReferences(
      { ...plan, audience: { ...plan.audience, users: ['dana@harbour.example', 'Dana@harbour.example'] } },
      found,
    );
    expect(asked.filter((written) => /^dana/i.test(written))).toHaveLength(1);
  });
});
