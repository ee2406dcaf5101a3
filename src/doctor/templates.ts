import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { distance } from 'fastest-levenshtein';
import { WatchbellError } from '../errors.ts';
import { loadTemplates, type Templates } from '../templates/renderer.ts';
import { type Finding, orBad } from './finding.ts';

const SUBJECT = 'templates';
const BUILT_IN = fileURLToPath(new URL('../../templates/en', import.meta.url));
const SAMPLES = new URL('../../templates/samples.json', import.meta.url);

/** By template: what it may be given, once with much and once with little. */
type Samples = Record<string, Record<string, unknown>[]>;

/** Draws every message text from sample data, with the organisation's own ones in place: not for the first time at 02:00. */
export function examineTemplates(folder: string | undefined): Promise<Finding[]> {
  const remedy = 'Check TEMPLATES_DIR: it must be a folder that Watchbell may read.';
  return orBad(SUBJECT, remedy, async () => {
    const own = folder ? readdirSync(folder).filter((file) => file.endsWith('.liquid')) : [];
    const loaded = load(folder);
    if ('subject' in loaded) return [loaded];
    const samples: Samples = JSON.parse(readFileSync(SAMPLES, 'utf8'));
    const known = Object.keys(samples);
    const strangers = own
      .map((file) => file.replace(/\.liquid$/, ''))
      .filter((name) => !known.includes(name));
    const broken = known.flatMap((name) => draw(loaded, name, samples[name] ?? []));
    if (broken.length > 0) return [...broken, ...strangers.map((name) => stranger(name, known))];
    const text = `all ${known.length} can be drawn, ${own.length - strangers.length} of them your own`;
    return [{ subject: SUBJECT, state: 'good', text }, ...strangers.map((name) => stranger(name, known))];
  });
}

function load(folder: string | undefined): Templates | Finding {
  try {
    return loadTemplates(BUILT_IN, folder);
  } catch (error) {
    if (!(error instanceof WatchbellError)) throw error;
    return { subject: SUBJECT, state: 'bad', text: error.message, remedy: error.next };
  }
}

/** At most one finding for a template, however many samples it fails on. */
function draw(templates: Templates, name: string, samples: Record<string, unknown>[]): Finding[] {
  try {
    for (const sample of samples) templates.render(name, sample);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = `${name}.liquid cannot be drawn: ${why}`;
    const remedy = `templates/samples.json shows what ${name} is given; mend it, or take it out of TEMPLATES_DIR.`;
    return [{ subject: SUBJECT, state: 'bad', text, remedy }];
  }
}

function stranger(name: string, known: string[]): Finding {
  const [nearest] = [...known].sort((a, b) => distance(a, name) - distance(b, name));
  return {
    subject: SUBJECT,
    state: 'doubtful',
    text: `${name}.liquid is the name of no message`,
    remedy: `Rename it (${nearest}.liquid?), or leave it if another template uses it.`,
  };
}
