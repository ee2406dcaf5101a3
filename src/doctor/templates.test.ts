import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { examineTemplates } from './index.ts';

const file = (name: string) => fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));

/** A folder with these message texts, as an organisation has one. */
function folder(texts: Record<string, string>): string {
  const made = mkdtempSync(path.join(tmpdir(), 'watchbell-own-'));
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(made, `${name}.liquid`), text);
  return made;
}

test('every message that ships → has samples of its data, and can be drawn from each', async () => {
  const names = readdirSync(file('en')).map((name) => name.replace(/\.liquid$/, ''));
  expect(Object.keys(JSON.parse(readFileSync(file('samples.json'), 'utf8'))).sort()).toEqual(names.sort());
  expect(await examineTemplates(undefined)).toEqual([
    { subject: 'templates', state: 'good', text: `all ${names.length} can be drawn, 0 of them your own` },
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
      text: expect.stringMatching(/^heartbeat\.liquid cannot be drawn: .*colour/),
      remedy: expect.stringContaining('samples.json'),
    },
  ]);
});

test('an own text that fails only when little is known → bad too', async () => {
  const text = '{{ key }}{% if failures.size == 0 %}{{ nobody }}{% endif %}';
  const [finding] = await examineTemplates(folder({ deliveries: text }));
  expect(finding?.state).toBe('bad');
});

test('a text that cannot be read → bad, with the remedy', async () => {
  expect(await examineTemplates(folder({ started: '{% if %}' }))).toMatchObject([
    {
      state: 'bad',
      text: expect.stringContaining('started.liquid'),
      remedy: expect.stringContaining('Mend it'),
    },
  ]);
});

test('a name that no message has → doubtful, with the nearest', async () => {
  const findings = await examineTemplates(folder({ remainder: 'soon' }));
  expect(findings.map(({ state }) => state)).toEqual(['good', 'doubtful']);
  expect(findings[1]?.remedy).toContain('reminder.liquid?');
});

test('no such folder → bad, with the variable to check', async () => {
  expect(await examineTemplates('/nowhere')).toMatchObject([
    { state: 'bad', remedy: expect.stringContaining('TEMPLATES_DIR') },
  ]);
});
