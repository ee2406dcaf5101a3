import { expect, test } from 'vitest';
import { routeCommands } from './commands.ts';
import type { Command, CommandCall } from './surface.ts';

const commands = ['show', 'status'].map(
  (verb): Command => ({
    verb,
    usage: verb,
    summary: verb,
    run: async ({ text }) => void ran.push(`${verb}(${text})`),
  }),
);
let ran: string[] = [];
const run = routeCommands(commands, async () => void ran.push('menu'));

/** What runs for these words; they need no more of a call than themselves. */
async function typed(text: string): Promise<string[]> {
  ran = [];
  await run({ text } as CommandCall);
  return ran;
}

test.each([
  ['', 'menu'],
  ['show UP-1', 'show(UP-1)'],
  ['UP-1', 'show(UP-1)'],
  [' up-12 ', 'show(up-12)'],
  ['STATUS The backup\nis done ', 'status(The backup\nis done)'],
])('“%s” → %s', async (text, expected) => {
  expect(await typed(text)).toEqual([expected]);
});

test.each([
  ['Statsu', 'There is no /upgrade Statsu.', 'Did you mean /upgrade status?'],
  ['UP-1 status', 'There is no /upgrade UP-1.', '/upgrade help lists what there is.'],
])('“%s”, which there is not → repeated as typed', async (text, message, next) => {
  await expect(typed(text)).rejects.toMatchObject({ message, next });
});
