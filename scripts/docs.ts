import { readFile, writeFile } from 'node:fs/promises';
import { configTable } from '../src/config.ts';
import { renewTable, toMarkdownTable } from '../src/config-table.ts';
import { latePolicyTable } from '../src/timetable/late-policy.ts';

await renew('../README.md', 'configuration', toMarkdownTable(configTable()));
await renew('../docs/late-policy.md', 'late policy', latePolicyTable());

async function renew(path: string, name: string, table: string): Promise<void> {
  const file = new URL(path, import.meta.url);
  await writeFile(file, renewTable(await readFile(file, 'utf8'), name, table));
}
