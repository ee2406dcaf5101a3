import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { messageOf, type Problem, WatchbellError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Message } from '../slack/message.ts';
import { compileTexts, EXTENSION, loadTemplates, readTexts, type Templates, type Texts } from './renderer.ts';

const BUILT_IN = fileURLToPath(new URL('../../templates/en', import.meta.url));
const SAMPLES = new URL('../../templates/samples.json', import.meta.url);

/**
 * The texts that ship with Watchbell, with those of `folder` in place of ours. They are proved first, so that a broken one
 * is found at start, not at 02:00. Where one fails on the night all the same, the built-in text is sent and the log says so.
 */
export function openTemplates(folder: string | undefined, logger: Logger): Templates {
  const builtIn = loadTemplates(BUILT_IN);
  if (folder === undefined) return builtIn;
  const { texts } = proveTexts(folder);
  return {
    names: builtIn.names,
    render(name, data) {
      try {
        return draw(texts, name, data);
      } catch (error) {
        const message = builtIn.render(name, data);
        logger.error(
          { err: error, template: name, folder },
          'A text of TEMPLATES_DIR could not be drawn: the built-in one is sent instead. Mend it; watchbell doctor draws all of them',
        );
        return message;
      }
    },
  };
}

/**
 * Draws every text from its samples, with those of `folder` in place of ours. Throws `bad_config` with every mistake. `own`
 * are the names of the texts of that folder.
 */
export function proveTexts(folder?: string): { texts: Texts; own: string[] } {
  const samples = readSamples();
  const known = Object.keys(samples);
  const entries = folder === undefined ? [] : readFolder(folder);
  const own = folder === undefined ? {} : readTexts(folder);
  refuseAll([
    ...entries.flatMap((entry) => judgeName(entry, known, Object.values(own))),
    ...Object.entries(own).flatMap(([name, text]) => judgeSyntax(name, text)),
  ]);
  const texts = compileTexts({ ...readTexts(BUILT_IN), ...own });
  refuseAll(known.flatMap((name) => judgeText(texts, name, samples[name] ?? [])));
  return { texts, own: Object.keys(own) };
}

/** By template: what it may be given, with much and with little. Every key that it can be given is in one of them. */
export const readSamples = (): Record<string, Record<string, unknown>[]> =>
  JSON.parse(readFileSync(SAMPLES, 'utf8'));

/** Slack refuses a message without a word. */
function draw(texts: Templates, name: string, data: Record<string, unknown>): Message {
  const message = texts.render(name, data);
  if (message.text.trim() === '') throw new Error('it says nothing');
  return message;
}

/** Hidden files are none of ours: a mounted folder has some of its own. */
function readFolder(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter(({ name }) => !name.startsWith('.') && !/^readme\b/i.test(name));
  } catch (cause) {
    throw new WatchbellError(
      'bad_config',
      `The folder of your own message texts cannot be read: ${messageOf(cause)}.`,
      {
        next: 'Check TEMPLATES_DIR: it must be a folder that Watchbell may read. Without it the built-in texts are sent.',
        cause,
      },
    );
  }
}

/** A file that no message is drawn from is a mistake, unless another text of that folder names it. */
function judgeName(entry: Dirent, known: string[], own: string[]): Problem[] {
  if (entry.isDirectory()) {
    const message =
      'is a folder: the texts must lie in TEMPLATES_DIR itself. Move them up, or name that folder.';
    return [{ path: `${entry.name}/`, message }];
  }
  const { name, ext } = path.parse(entry.name);
  if (ext === EXTENSION && known.includes(name)) return [];
  if (ext === EXTENSION && own.some((text) => text.includes(`'${name}'`) || text.includes(`"${name}"`)))
    return [];
  const message = `is the name of no message. Did you mean ${closest(name, known)}${EXTENSION}?`;
  return [{ path: entry.name, message }];
}

function judgeSyntax(name: string, text: string): Problem[] {
  try {
    compileTexts({ [name]: text });
    return [];
  } catch (error) {
    return [broken(name, error instanceof WatchbellError ? error.cause : error)];
  }
}

/** What it speaks of and is never given, or else the first sample that it cannot be drawn from. */
function judgeText(texts: Texts, name: string, samples: Record<string, unknown>[]): Problem[] {
  const given = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
  try {
    const unknown = texts.variables(name).filter((variable) => !given.includes(variable));
    if (unknown.length > 0) return unknown.map((variable) => stranger(name, variable, given));
    for (const sample of samples) draw(texts, name, sample);
    return [];
  } catch (error) {
    return [broken(name, error)];
  }
}

const stranger = (name: string, variable: string, given: string[]): Problem => ({
  path: `${name}${EXTENSION}`,
  message: `speaks of {{ ${variable} }}, which it is never given. Did you mean ${closest(variable, given)}?`,
});

const broken = (name: string, error: unknown): Problem => ({
  path: `${name}${EXTENSION}`,
  message: `cannot be drawn: ${messageOf(error)}.`,
});

function refuseAll(problems: Problem[]): void {
  if (problems.length === 0) return;
  throw new WatchbellError('bad_config', 'Your own message texts cannot be used as they are.', {
    problems,
    next: 'Mend them, or take them out of TEMPLATES_DIR: the built-in texts are then sent. templates/samples.json shows what each text is given.',
  });
}
