import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { examineTemplates } from './index.ts';

/** A folder with these message texts, as an organisation has one. */
function folder(texts: Record<string, string>): string {
  const made = mkdtempSync(path.join(tmpdir(), 'watchbell-own-'));
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(made, `${name}.liquid`), text);
  return made;
}

test('without own texts → good', async () => {
  expect(await examineTemplates(undefined)).toEqual([
    {
      subject: 'templates',
      state: 'good',
      text: expect.stringMatching(/^all \d+ can be drawn, 0 of them your own$/),
    },
  ]);
});

test('an own text that needs nothing else → good, and counted', async () => {
  expect(
    await examineTemplates(folder({ reminder: '{{ key }} begins {{ start | when: zone }}' })),
  ).toMatchObject([{ state: 'good', text: expect.stringMatching(/1 of them your own$/) }]);
});

test('an own text that asks for what it is not given → bad, with its name and where to look', async () => {
  expect(await examineTemplates(folder({ heartbeat: '{{ key }}: {{ colour }}' }))).toMatchObject([
    {
      state: 'bad',
      text: expect.stringMatching(/^heartbeat\.liquid speaks of {{ colour }}/),
      remedy: expect.stringContaining('samples.json'),
    },
  ]);
});

test('every mistake → a finding of its own', async () => {
  const findings = await examineTemplates(folder({ started: '{% if %}', remainder: 'soon' }));
  expect(findings.map(({ state }) => state)).toEqual(['bad', 'bad']);
});

test('no such folder → bad, with the variable to check', async () => {
  expect(await examineTemplates('/nowhere')).toMatchObject([
    { state: 'bad', remedy: expect.stringContaining('TEMPLATES_DIR') },
  ]);
});
