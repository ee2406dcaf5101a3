import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planJsonSchemaText } from './json-schema.ts';
import { parsePlan } from './parse.ts';

const folder = new URL('../../../templates/plans/', import.meta.url);
const shipped = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

// After a change of the schema: npx vitest run src/upgrade/plan/json-schema.test.ts --update
test('the published JSON Schema is the one the program checks', async () => {
  await expect(planJsonSchemaText()).toMatchFileSnapshot(new URL('plan.schema.json', folder).pathname);
});

test('three plans are shipped', () => {
  expect(shipped).toHaveLength(3);
});

describe.each(shipped)('%s', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');

  test('lints without a problem or a warning', () => {
    const parsed = parsePlan(text, { now: new Date('2026-11-01T00:00:00Z') });
    expect(parsed.problems).toBeUndefined();
    expect(parsed.warnings).toEqual([]);
  });

  test('tells editors where its schema is', () => {
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./plan.schema.json');
  });
});
