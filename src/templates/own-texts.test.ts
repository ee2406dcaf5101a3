import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { WatchbellError } from '../errors.ts';
import { logTo } from '../logger.ts';
import { openTemplates, proveTexts, readSamples } from './own-texts.ts';

let folder: string;
const log: string[] = [];
const logger = logTo({ write: (line) => void log.push(line) }, 'info');
const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
const sampleOf = (name: string) => readSamples()[name]?.[0] ?? {};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'watchbell-own-'));
  log.length = 0;
});

/** What is said of this folder when the bot starts. */
function refusal(): { problems: string[]; next?: string; message: string } {
  try {
    openTemplates(folder, logger);
  } catch (error) {
    if (!(error instanceof WatchbellError) || error.code !== 'bad_config') throw error;
    const problems = error.problems.map(({ path, message }) => `${path} ${message}`);
    return { problems, next: error.next, message: error.message };
  }
  throw new Error('the folder was accepted');
}

test('every text that ships → has samples of its data, and can be drawn from each', () => {
  const names = readdirSync(new URL('../../templates/en', import.meta.url)).map(
    (file) => path.parse(file).name,
  );
  expect(Object.keys(readSamples()).sort()).toEqual(names.sort());
  expect(proveTexts().own).toEqual([]);
});

describe('at start', () => {
  test('a good text → takes the place of ours', () => {
    write('heartbeat.liquid', 'Still at it: {{ key }}');
    expect(openTemplates(folder, logger).render('heartbeat', { key: 'UP-1' }).text).toBe('Still at it: UP-1');
    expect(log).toEqual([]);
  });

  test.each([
    [
      'a variable that is not there',
      'reminder.liquid',
      '{{ unknown_variable }}',
      /reminder\.liquid speaks of {{ unknown_variable }}/,
    ],
    [
      'a slip in a branch that no sample takes',
      'reminder.liquid',
      '{{ key }}{% if key == "UP-0" %}{{ titel }}{% endif %}',
      /titel.*Did you mean title\?/,
    ],
    [
      'a slip in a condition',
      'headline.liquid',
      '{{ title }}{% if runing %}now{% endif %}',
      /runing.*Did you mean running\?/,
    ],
    [
      'a field that a part does not have',
      'headline.liquid',
      '{{ title }}{% for i in issues %}{{ i.words }}{% endfor %}',
      /headline\.liquid cannot be drawn: .*words/,
    ],
    ['a text that cannot be read', 'started.liquid', '{% if %}', /started\.liquid cannot be drawn: /],
    [
      'a filter that is not there',
      'started.liquid',
      '{{ key | shout }}',
      /started\.liquid cannot be drawn: .*shout/,
    ],
    ['a text that says nothing', 'started.liquid', '\n', /started\.liquid cannot be drawn: it says nothing/],
    [
      'a text that never ends',
      'started.liquid',
      '{% for i in (1..100000000) %}{{ key }}{% endfor %}',
      /started\.liquid cannot be drawn/,
    ],
    [
      'a text that draws itself',
      'started.liquid',
      "{{ key }}{% render 'started', key: key %}",
      /started\.liquid cannot be drawn/,
    ],
    [
      'a part that is not there',
      'started.liquid',
      "{{ key }}{% render 'footer' %}",
      /started\.liquid cannot be drawn: .*footer/,
    ],
    [
      'a name that no message has',
      'hartbeat.liquid',
      'x',
      /hartbeat\.liquid is the name of no message\. Did you mean heartbeat\.liquid\?/,
    ],
    ['another ending', 'heartbeat.txt', 'x', /heartbeat\.txt .*Did you mean heartbeat\.liquid\?/],
  ])('%s → refused, with its name', (_, file, text, expected) => {
    write(file, text);
    const { problems, next } = refusal();
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(next).toContain('TEMPLATES_DIR');
  });

  test('texts in a folder en/ → refused, with what to do', () => {
    mkdirSync(path.join(folder, 'en'));
    expect(refusal().problems).toEqual([expect.stringMatching(/^en\/ is a folder: .*Move them up/)]);
  });

  test('a folder that is not there → refused, with the variable to check', () => {
    folder = path.join(folder, 'none');
    expect(refusal()).toMatchObject({
      message: expect.stringContaining('ENOENT'),
      next: expect.stringContaining('TEMPLATES_DIR'),
    });
  });

  test('a part that another text names, a README and hidden files → no mistake', () => {
    write('footer.liquid', 'Ask #it-help');
    write('started.liquid', "{{ key }} has begun.\n{% render 'footer' %}");
    write('README.md', 'ours');
    write('.gitignore', '');
    mkdirSync(path.join(folder, '..data'));
    expect(openTemplates(folder, logger).render('started', sampleOf('started')).text).toContain(
      'Ask #it-help',
    );
  });
});

test('a text that fails on the night all the same → the built-in one, and an error in the log', () => {
  write('heartbeat.liquid', '{{ key }}{% if key == "UP-4711" %}{{ key | when: "nowhere" }}{% endif %}');
  const templates = openTemplates(folder, logger);
  const data = { ...sampleOf('heartbeat'), key: 'UP-4711' };
  expect(templates.render('heartbeat', data)).toEqual(
    openTemplates(undefined, logger).render('heartbeat', data),
  );
  expect(JSON.parse(log.join(''))).toMatchObject({
    level: 50,
    template: 'heartbeat',
    msg: expect.stringContaining('built-in'),
  });
  log.length = 0;
  expect(templates.render('heartbeat', { ...data, key: 'UP-1' }).text).toBe('UP-1');
  expect(log).toEqual([]);
});
