import { expect, test } from 'vitest';
import { escapeMarkdown } from './markdown.ts';

test.each([
  [
    'a | b *c* _d_ `e` ~f~ <g> [h](i) #j \\',
    'a \\| b \\*c\\* \\_d\\_ \\`e\\` \\~f\\~ \\<g\\> \\[h\\](i) \\#j \\\\',
  ],
  ['AT&amp;T', 'AT&amp;amp;T'],
  ['one\r\n  two\rthree\n\nfour', 'one two three four'],
  ['# heading', '\\# heading'],
  ['---', '\\---'],
  ['===', '\\==='],
  ['- item', '\\- item'],
  ['+ item', '\\+ item'],
  ['1. item', '1\\. item'],
  ['12) item', '12\\) item'],
  [' - item', ' \\- item'],
  [' of 9.0.1 + 2 - 1.', ' of 9.0.1 + 2 - 1.'],
  ['9.0.1', '9.0.1'],
])('%j is text wherever it stands', (typed, written) => expect(escapeMarkdown(typed)).toBe(written));
