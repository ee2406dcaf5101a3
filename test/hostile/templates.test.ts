import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { realMilliseconds } from '../../src/clock.ts';
import { checkContent } from '../../src/sandbox/validate/message.ts';
import { proveTexts } from '../../src/templates/own-texts.ts';
import { loadTemplates } from '../../src/templates/renderer.ts';

/*
 * Message texts may come from people who cannot change the program: an organisation's own folder of templates. Whatever
 * stands in one, it reads no file, sees nothing but its data, changes nothing, and ends.
 */
const folder = mkdtempSync(join(tmpdir(), 'watchbell-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SECRET = 'xoxb-the-secret-of-the-neighbour';
writeFileSync(join(folder, 'secret.txt'), SECRET);
writeFileSync(join(folder, 'secret'), SECRET);

const DATA = {
  who: ['UDANA', 'USAM'],
  said: 'the words of somebody',
  plan: { title: 'CRM 9', steps: ['one', 'two', 'three'] },
  at: new Date('2026-12-05T21:00:00Z'),
};

/** What becomes of a template: the text of the message, or the error that stopped it. Slack takes every message. */
function outcome(template: string): { text?: string; error?: string; took: number } {
  writeFileSync(join(folder, 'it.liquid'), template);
  const began = realMilliseconds();
  try {
    const message = loadTemplates(folder).render('it', structuredClone(DATA));
    if (message.text || message.blocks.length > 0) checkContent({ ...message });
    return { text: message.text, took: realMilliseconds() - began };
  } catch (error) {
    return { error: String(error), took: realMilliseconds() - began };
  }
}

describe('no file is read', () => {
  const targets = [
    'secret',
    'secret.txt',
    './secret.txt',
    join(folder, 'secret.txt'),
    '/etc/hostname',
    '../package',
  ];
  const tags = ['render', 'include', 'layout'];
  test.each(tags.flatMap((tag) => targets.map((target) => [tag, target])))('%s %s', (tag, target) => {
    const { error = '', text } = outcome(`{% ${tag} '${target}' %}{% block x %}{% endblock %}`);
    expect(text).toBeUndefined();
    expect(error).toMatch(/ENOENT|not found|no such/i);
    expect(error).not.toContain(SECRET);
  });

  test('nor by a name that is put together', () => {
    expect(outcome("{% assign name = 'sec' | append: 'ret.txt' %}{% include name %}").error).toMatch(
      /ENOENT/,
    );
  });
});

describe('links', () => {
  const place = mkdtempSync(join(tmpdir(), 'watchbell-links-'));
  const texts = join(place, 'texts');
  mkdirSync(join(place, 'texts-of-others'), { recursive: true });
  writeFileSync(join(place, 'texts-of-others', 'secret'), SECRET);
  afterAll(() => rmSync(place, { recursive: true }));

  test.each([
    '/dev/zero',
    '/etc/passwd',
    '..',
    '.',
    '../texts-of-others/secret',
    join(place, 'texts-of-others', 'secret'),
  ])('to %s → not read, and said at start', (target) => {
    rmSync(texts, { recursive: true, force: true });
    mkdirSync(texts);
    symlinkSync(target, join(texts, 'notice.liquid'));
    expect(() => loadTemplates(texts)).toThrow(/notice\.liquid .* is no file of their folder/);
    expect(() => proveTexts(texts)).toThrow(/notice\.liquid .* is no file of their folder/);
  });

  test('as a mounted folder has them, and to the folder itself → read', () => {
    rmSync(texts, { recursive: true, force: true });
    mkdirSync(join(texts, '..2026_12_05'), { recursive: true });
    writeFileSync(join(texts, '..2026_12_05', 'notice.liquid'), 'It begins.');
    symlinkSync('..2026_12_05', join(texts, '..data'));
    symlinkSync(join('..data', 'notice.liquid'), join(texts, 'notice.liquid'));
    symlinkSync(texts, join(place, 'link'));
    expect(loadTemplates(texts).render('notice', {}).text).toBe('It begins.');
    expect(loadTemplates(join(place, 'link')).render('notice', {}).text).toBe('It begins.');
  });
});

describe('it ends', () => {
  test.each([
    ['a range of a hundred million', '{% for i in (1..100000000) %}{{ i }}{% endfor %}'],
    ['an empty loop over a hundred million', '{% for i in (1..100000000) %}{% endfor %}'],
    [
      'loops in loops',
      '{% for a in (1..900) %}{% for b in (1..900) %}{% for c in (1..900) %}{% assign x = c %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    [
      'a table of a hundred million cells',
      '{% tablerow i in (1..100000000) cols:2 %}{{ i }}{% endtablerow %}',
    ],
    ['a template within itself', "{% render 'it' %}"],
    ['a template that includes itself twice', "{% include 'it' %}{% include 'it' %}"],
    ['a layout of itself', "{% layout 'it' %}"],
    [
      'a text that doubles',
      "{% assign x = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}{{ x }}",
    ],
    [
      'a text that doubles by replacing',
      "{% assign x = 'aaaaaaaa' %}{% for i in (1..20) %}{% assign x = x | replace: 'a', x %}{% endfor %}{{ x }}",
    ],
    [
      'a list that doubles',
      '{% assign x = plan.steps %}{% for i in (1..60) %}{% assign x = x | concat: x %}{% endfor %}{{ x.size }}',
    ],
    [
      'a capture that doubles',
      `${'{% capture x %}{{ x }}{{ x }}{{ said }}{% endcapture %}'.repeat(60)}{{ x }}`,
    ],
    ['brackets 10,000 deep', `{{ ${'('.repeat(10_000)}1 }}`],
    ['conditions 20,000 deep', '{% if true %}'.repeat(20_000) + '{% endif %}'.repeat(20_000)],
    ['a megabyte of words', 'words and words '.repeat(70_000)],
    ['a chain of 20,000 filters', `{{ said ${'| upcase '.repeat(20_000)} }}`],
  ])('%s', (_, template) => {
    const { took, text = '', error } = outcome(template);
    expect(took).toBeLessThan(4_000);
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(error ?? 'shown').toBeTruthy();
  });
});

describe('nothing is seen but the data', () => {
  const leaks = [
    'process',
    'process.env',
    'env',
    'global',
    'globalThis',
    'this',
    'self',
    'require',
    'module',
    'config',
  ];
  test.each(leaks)('%s', (name) => {
    expect(outcome(`{{ ${name} }}`).error).toMatch(/undefined variable/);
    expect(outcome(`{% for each in ${name} %}{{ each }}{% endfor %}`).text ?? '').toBe('');
  });

  const inner = [
    '__proto__',
    'constructor',
    'constructor.constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
  ];
  test.each(inner)('%s of what is there', (name) => {
    for (const of of ['plan', 'who', 'said', 'at', 'plan.steps']) {
      const { text, error } = outcome(`{{ ${of}.${name} }}`);
      expect(text ?? '', of).toBe('');
      expect(error, of).toMatch(/undefined variable/);
      expect(outcome(`{{ ${of}['${name}'] }}`).text ?? '', of).toBe('');
    }
  });

  test('functions of lists and texts are not called', () => {
    for (const call of ['who.push', 'who.join', 'said.repeat', 'plan.steps.map', 'at.getTime']) {
      expect(outcome(`{{ ${call} }}`).text ?? '').toBe('');
    }
  });

  test('a filter that we do not have is refused', () => {
    for (const filter of ['eval', 'exec', 'constructor', '__proto__', 'toString']) {
      expect(outcome(`{{ said | ${filter} }}`).error, filter).toMatch(/undefined filter/);
    }
  });
});

test('what a template does to its data stays within it', () => {
  const data = structuredClone(DATA);
  writeFileSync(
    join(folder, 'it.liquid'),
    `{% assign a = plan.steps | push: 'x' %}{% assign b = plan.steps | pop %}{% assign c = plan.steps | shift %}
{% assign d = plan.steps | reverse %}{% assign e = plan.steps | sort %}{% assign plan = 'gone' %}{% increment said %}{{ a }}`,
  );
  const templates = loadTemplates(folder);
  const once = templates.render('it', data);
  expect(data).toEqual(DATA);
  expect(templates.render('it', data)).toEqual(once);
  expect('polluted' in {}).toBe(false);
});

test('values cannot leave their place, whatever a template does with them', () => {
  const data = {
    said: '<!channel> <@UMIA> \uE000{"type":"user","id":"UMIA"}\uE001 {{ 7 | times: 7 }}',
    bare: '<!channel> <@UMIA>',
    at: DATA.at,
  };
  for (const way of [
    '{{ said }}',
    '{{ said | raw }}',
    '{{ said | upcase | downcase }}',
    "{{ said | split: ' ' | join: '-' }}",
    '{{ said | escape }}',
    "{% capture x %}{{ at | when: 'UTC' }}{% endcapture %}{{ x | append: said }}",
    "{% capture x %}{{ at | when: 'UTC' }}{% endcapture %}{{ x | replace: '{time}', bare }}",
    "{% capture x %}{{ at | when: 'UTC' }}{% endcapture %}{{ x | replace: 'UTC', bare }}",
  ]) {
    writeFileSync(join(folder, 'it.liquid'), `*${way}*`);
    const { text, blocks } = loadTemplates(folder).render('it', data);
    expect(text, way).not.toMatch(/<(?!!date\^)[!@]|49/);
    expect(JSON.stringify(blocks), way).not.toMatch(/"type":"(user|broadcast|usergroup)"/);
  }
});

describe('nobody is called but by an id', () => {
  const render = (template: string, said: string) => {
    writeFileSync(join(folder, 'it.liquid'), template);
    return loadTemplates(folder).render('it', { who: 'UDANA', said });
  };
  const ways = [
    '{{ said | mention }}',
    '{{ said | channel }}',
    '{{ said | group }}',
    '{% capture x %}{{ who | mention }}{% endcapture %}{{ x | replace: who, said }}',
  ];
  test.each(ways)('%s of what is none → the text fails', (way) => {
    for (const said of ['UX> <!channel', 'SX|@here> <!here', 'C<!everyone>', 'UDANA ', 'U', '', 'dana'])
      expect(() => render(way, said), said).toThrow('by its id alone');
  });

  test('what stands behind a mention calls nobody', () => {
    const way = '{% capture x %}{{ who | mention }}{% endcapture %}{{ x | append: said }}';
    const { text, blocks } = render(way, '> <!channel> <@UMIA> \uE000{"type":"user","id":"UMIA"}\uE001');
    expect(text).toMatch(/^<@UDANA>&gt; &lt;!channel&gt; &lt;@UMIA&gt;/);
    expect(JSON.stringify(blocks).match(/"type":"(user|broadcast|usergroup)"/g)).toHaveLength(1);
  });
});
