import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Problem } from '../../errors.ts';
import type { Locate } from './references.ts';

const MOST_BYTES = 256 * 1024;
const MOST_PROBLEMS = 20;
const DEEPEST = 60;

export type YamlSource = { value: unknown; locate: Locate; problems: Problem[] };

/**
 * Reads YAML in which every scalar is the text that was typed: no numbers, dates or booleans are guessed, aliases and
 * tags are refused. An empty value and `null` count as absent. `locate` finds where a path (`people.lead`) stands, or
 * the nearest thing around it.
 */
export function readYaml(text: string): YamlSource {
  const refused = refuseUnread(text);
  if (refused) return { value: undefined, locate: () => undefined, problems: [refused] };

  const lines = new LineCounter();
  const source = text.replace(/^\uFEFF/, '');
  const document = parseDocument<Node>(source, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Its own check compares every key with every other; the reader below keeps a set.
    uniqueKeys: false,
  });
  const reader = new Reader(lines);
  const value = reader.read(document.contents, '');
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    message: inWords(fault),
    ...reader.place(fault.pos[0]),
  }));
  const problems = [...faults, ...reader.problems].slice(0, MOST_PROBLEMS);
  return { value, locate: (path) => reader.locate(path), problems };
}

/** What must not even reach the YAML parser: it recurses into nested input and would take the process down with it. */
function refuseUnread(text: string): Problem | undefined {
  if (Buffer.byteLength(text) > MOST_BYTES) {
    return { message: 'The file is too large: a plan may have 256 KiB at most.' };
  }
  if (text.includes('\0') || text.includes('\uFFFD')) {
    return { message: 'This is no readable text: save the plan as UTF-8.' };
  }
  if (text.trim() === '') return { message: 'The plan is empty.' };
  const parser = new Parser();
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    for (const _document of parser.next(token));
    offset += token.length;
    if (parser.stack.length > DEEPEST) {
      const line = text.slice(0, offset).split('\n').length;
      return { message: 'The plan is nested too deeply to be one.', line, column: 1 };
    }
  }
  return undefined;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #lines: LineCounter;
  readonly #offsets = new Map<string, number>();

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  place(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }

  locate(path: string): { line: number; column: number } | undefined {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const offset = this.#offsets.get(at);
      if (offset !== undefined) return this.place(offset);
    }
    return undefined;
  }

  read(node: Node | Alias | null | undefined, path: string): unknown {
    if (!node) return undefined;
    if (isAlias(node))
      return this.#refuse(node, 'Aliases (*name) are not used in a plan: write the text out.');
    if (node.tag && !node.tag.startsWith('tag:yaml.org,2002:')) {
      return this.#refuse(node, `The tag ${node.tag} is not used in a plan: leave it out.`);
    }
    if (isMap<Node, Node>(node)) return this.#map(node.items, path);
    if (isSeq<Node>(node))
      return node.items.map((item, index) => this.#entry(item, item, `${path}.${index}`));
    return isScalar(node) ? scalarText(String(node.value), node.type === 'PLAIN') : undefined;
  }

  #map(pairs: Pair<Node, Node | null>[], path: string): Record<string, unknown> {
    const seen = new Set<string>();
    const entries = pairs.map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : '';
      if (seen.has(name)) this.#refuse(key, 'This key is written twice in its section: keep one.');
      seen.add(name);
      return [name, this.#entry(key, value, path === '' ? name : `${path}.${name}`)] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  #entry(at: Node, value: Node | null, path: string): unknown {
    if (at.range) this.#offsets.set(path, at.range[0]);
    return this.read(value, path);
  }

  #refuse(node: Node, message: string): undefined {
    this.problems.push({ message, ...this.place(node.range?.[0] ?? 0) });
    return undefined;
  }
}

const scalarText = (text: string, bare: boolean) =>
  bare && ['', '~', 'null'].includes(text.toLowerCase()) ? undefined : text;

const FAULTS: Partial<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'Aliases (*name) are not used in a plan: write the text out.',
  BAD_INDENT:
    'The indentation does not fit, or a bracket above is not closed: entries of one section start in the same column.',
  BLOCK_AS_IMPLICIT_KEY:
    'Two keys on one line, or a text with ": " in it: put each key on its own line and such a text in quotes.',
  MISSING_CHAR: 'Something is missing here: a closing quote or bracket, a comma, or the colon after a key.',
  MULTILINE_IMPLICIT_KEY: 'A key must fit on one line; most often the colon after it is missing.',
  MULTIPLE_ANCHORS: 'Anchors (&name) are not used in a plan: leave them out.',
  MULTIPLE_DOCS: 'A file holds one plan: remove the line "---" and what follows it.',
  NON_STRING_KEY: 'A key must be a plain word.',
  TAB_AS_INDENT: 'A tab is used for indentation: YAML wants spaces.',
  TAG_RESOLVE_FAILED: 'Tags (!name) are not used in a plan: leave it out.',
  UNEXPECTED_TOKEN: 'This does not belong here; a text with special characters needs quotes around it.',
};

const inWords = (fault: YAMLError) => FAULTS[fault.code] ?? `This is no valid YAML: ${fault.message}.`;
