import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const documents = ['.', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join(folder, file)),
);

/** A heading as it is linked to. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string) =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading ?? ''));

/** What a document links to in this repository and is not there. */
function brokenLinks(document: string): string[] {
  const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [to = '', heading] = link.split('#');
    const file = to === '' ? document : path.join(path.dirname(document), to);
    return (
      !existsSync(path.join(ROOT, file)) || (heading !== undefined && !anchorsOf(file).includes(heading))
    );
  });
}

test.each(documents)('%s → every link of it leads somewhere', (document) => {
  expect(brokenLinks(document)).toEqual([]);
});

test('the README’s map of src/ → names every folder that is there, and no other', () => {
  const map = /^src\/\n((?: {2}.*\n)+)/m.exec(read('README.md'))?.[1] ?? '';
  const named = [...map.matchAll(/(?<![\w/])([a-z]+)\/(?=\s)/g)].map(([, name]) => name);
  const there = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(named.sort()).toEqual(there.sort());
});

test('what a wrong configuration points at → is a heading of the README', () => {
  const [, heading = ''] = /README’s section “([^”]+)”/.exec(read('src/config.ts')) ?? [];
  expect(anchorsOf('README.md')).toContain(anchor(heading));
});
