import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/**
 * Loads the bundle beside it. What the engine made of its text is kept by the first process that ends in good order, and
 * saves every later one a third of the time that starting costs.
 */
const program = path.join(import.meta.dirname, 'bot.cjs');
const cache = `${program}.cache`;

const cachedData = readOr(cache);
// The bundle is plain ASCII, which loads faster where nobody has to find that out.
const script = new Script(wrap(readFileSync(program, 'latin1')), { filename: program, cachedData });
if (!cachedData || script.cachedDataRejected) process.once('exit', keep);
script.runInThisContext()({}, createRequire(program), { exports: {} }, program, path.dirname(program));

function keep(code: number): void {
  if (code !== 0 || readOr(cache)) return;
  try {
    writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
    renameSync(`${cache}.${process.pid}`, cache);
  } catch {
    // the folder is gone: nobody needs it any more
  }
}

function readOr(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // nobody kept it yet
  }
}
