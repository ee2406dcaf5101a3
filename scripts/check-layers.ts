import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

interface Cruise {
  modules: { source: string }[];
  summary: { violations: { from: string; to: string; rule: { name: string; severity: string } }[] };
}

const { stdout, stderr } = spawnSync(
  'npx',
  ['--no-install', 'depcruise', 'src', 'test', '--output-type', 'json'],
  {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  },
);
if (!stdout) throw new Error(`dependency-cruiser said nothing: ${stderr}`);
const { modules, summary }: Cruise = JSON.parse(stdout);

for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);

// A cruiser that cannot read a module finds nothing wrong in it.
const seen = new Set(modules.map(({ source }) => source));
const there = ['src', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file}`),
);
const unread = there.filter((file) => !seen.has(file));
for (const file of unread) console.error(`not read: ${file}`);

console.log(
  `layers: ${there.length - unread.length} of ${there.length} modules read, ${summary.violations.length} wrong imports`,
);
process.exitCode = unread.length + summary.violations.length > 0 ? 1 : 0;
