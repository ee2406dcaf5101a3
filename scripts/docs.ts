import { readFile, writeFile } from 'node:fs/promises';
import { configTable } from '../src/config.ts';
import { renewTable } from '../src/config-table.ts';

const readme = new URL('../README.md', import.meta.url);
await writeFile(readme, renewTable(await readFile(readme, 'utf8'), configTable()));
