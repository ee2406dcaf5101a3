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

// A cruiser that cannot read TypeScript finds nothing, and nothing wrong.
const seen = modules.filter(({ source }) => /^src\/.*\.tsx?$/.test(source)).length;
const there = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
).length;
const blind = seen < there / 2;
if (blind) console.error(`only ${seen} of ${there} modules were read: the check is blind`);

console.log(`layers: ${seen} of ${there} modules read, ${summary.violations.length} wrong imports`);
process.exitCode = blind || summary.violations.length > 0 ? 1 : 0;
