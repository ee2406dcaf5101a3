import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { WatchbellError } from '../errors.ts';

/** The text of a file, or of standard input for `-`. */
export async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new WatchbellError('bad_config', `${file} cannot be read: ${why}.`, { cause });
  });
}
