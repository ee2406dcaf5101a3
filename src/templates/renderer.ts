import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Liquid, type Template } from 'liquidjs';
import { messageOf, WatchbellError } from '../errors.ts';
import { fitMessage } from '../slack/fit.ts';
import type { Inline } from '../slack/inline.ts';
import type { Message } from '../slack/message.ts';
import { layOut } from './layout.ts';
import { dateInline, Element, encodeOutput, endInline, sayMinutes, withoutMarks } from './values.ts';

export interface Templates {
  /** Draws the message of this name from `data`. Throws where the template needs what `data` does not have. */
  render(name: string, data: Record<string, unknown>): Message;
  names(): string[];
}

export const EXTENSION = '.liquid';

/** Within these a template of ours stays by far; one that loops for ever is stopped. Milliseconds and allocation units. */
const BOUNDS = { parseLimit: 100_000, renderLimit: 1_000, memoryLimit: 1_000_000 };

/** Every `*.liquid` of `directory`, parsed; throws `bad_config` where one cannot be read. */
export const loadTemplates = (directory: string): Texts => compileTexts(readTexts(directory));

/** Templates that can also say what they ask for. */
export interface Texts extends Templates {
  /** The data that the template of this name speaks of anywhere, also in branches that are seldom taken. */
  variables(name: string): string[];
}

/** By name, the source of every `*.liquid` of `directory`; throws `bad_config` where one lies elsewhere or is no file. */
export function readTexts(directory: string): Record<string, string> {
  const files = readdirSync(directory).filter((file) => file.endsWith(EXTENSION));
  return Object.fromEntries(
    files.map((file) => [
      file.slice(0, -EXTENSION.length),
      readFileSync(fileWithin(directory, file), 'utf8'),
    ]),
  );
}

/** Links stay within the folder, as those of a mounted one do: whoever may write texts is not to read the server's files. */
function fileWithin(directory: string, file: string): string {
  const found = realpathSync(join(directory, file));
  if (found.startsWith(`${realpathSync(directory)}${sep}`) && statSync(found).isFile()) return found;
  throw new WatchbellError('bad_config', `${file} of your own message texts is no file of their folder.`, {
    next: 'Put the text itself there: a link that leads out of TEMPLATES_DIR, a device or a folder is not read.',
  });
}

/** Templates reach each other by name, and neither files nor the environment. */
export function compileTexts(sources: Record<string, string>): Texts {
  const engine = createEngine(sources);
  const parsed = new Map(Object.entries(sources).map(([name, text]) => [name, parse(engine, name, text)]));
  const find = (name: string): Template[] => {
    const template = parsed.get(name);
    if (!template) throw new Error(`there is no template ${name}`);
    return template;
  };
  return {
    names: () => [...parsed.keys()].sort(),
    render: (name, data) =>
      fitMessage(layOut(String(engine.renderSync(find(name), withoutMarks(data) as object)))),
    variables: (name) => engine.globalVariablesSync(find(name)),
  };
}

function createEngine(templates: Record<string, string>): Liquid {
  const engine = new Liquid({
    templates,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    lenientIf: true,
    outputEscape: encodeOutput,
    ...BOUNDS,
  });
  const each = (value: unknown, draw: (id: string) => Inline) =>
    new Element(listed([value].flat().map(String), draw));
  engine.registerFilter('raw', (value: unknown) => value);
  engine.registerFilter('mention', (value: unknown) => each(value, (id) => ({ type: 'user', id })));
  engine.registerFilter('channel', (value: unknown) => each(value, (id) => ({ type: 'channel', id })));
  engine.registerFilter('group', (value: unknown) => each(value, (id) => ({ type: 'group', id })));
  engine.registerFilter(
    'when',
    (at: string | Date, zone: string) => new Element([dateInline(new Date(at), zone)]),
  );
  engine.registerFilter(
    'clock_time',
    (at: string | Date, zone: string) => new Element([dateInline(new Date(at), zone, '{time}')]),
  );
  engine.registerFilter(
    'until',
    (end: string | Date, start: string | Date, zone: string) =>
      new Element([endInline(new Date(end), new Date(start), zone)]),
  );
  engine.registerFilter('span', (minutes: number) => sayMinutes(minutes));
  return engine;
}

function listed(ids: string[], draw: (id: string) => Inline): Inline[] {
  return ids.flatMap((id, index) =>
    index === 0 ? [draw(id)] : [{ type: 'text' as const, text: ', ' }, draw(id)],
  );
}

function parse(engine: Liquid, name: string, source: string): Template[] {
  try {
    return engine.parse(source, name);
  } catch (error) {
    throw new WatchbellError(
      'bad_config',
      `The template ${name}.liquid cannot be read: ${messageOf(error)}`,
      {
        next: 'Mend it, or take it out of TEMPLATES_DIR to use the one that ships with Watchbell.',
        cause: error,
      },
    );
  }
}
