import { describe, expect, test } from 'vitest';
import { edited, IMPATIENCE, readSource } from './build-bot.ts';
import { findingOf } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { emptyVerdict } from './oracle/index.ts';

describe('an edit of the program', () => {
  test.each(IMPATIENCE)('that makes it impatient fits $file', async (edit) => {
    expect(edited(await readSource(edit.file), edit)).not.toBe(await readSource(edit.file));
  });

  test.each(MUTANTS.flatMap(({ name, edits }) => edits.map((edit) => ({ name, edit }))))(
    'of the mutant $name fits $edit.file',
    async ({ edit }) => {
      expect(edited(await readSource(edit.file), edit)).not.toBe(await readSource(edit.file));
    },
  );

  test('that fits nowhere, or twice, is refused', () => {
    const edit = { file: 'a.ts', find: 'b', replace: 'c' };
    expect(() => edited('aaa', edit)).toThrow('0 times');
    expect(() => edited('abba', edit)).toThrow('2 times');
  });
});

describe('a mutant', () => {
  const expecting = { name: 'a', edits: [], expects: { kind: 'lost', finding: /heartbeat/ } } as const;

  test('is noticed by the finding that it is expected to bring about, and by no other', () => {
    const other = { ...emptyVerdict(), lost: ['a notice'], wrong: ['a heartbeat'] };
    expect(findingOf({ ...expecting, edits: [] }, other)).toBeUndefined();
    const shown = { ...emptyVerdict(), lost: ['a notice', 'a heartbeat\nof these'] };
    expect(findingOf({ ...expecting, edits: [] }, shown)).toBe('lost: a heartbeat');
  });

  test('that is none is noticed by anything', () => {
    expect(findingOf({ name: 'none', edits: [] }, { ...emptyVerdict(), early: ['x'] })).toBe('early: x');
  });

  test('has a name of its own, and only one of them is none', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.filter(({ expects }) => !expects)).toEqual([{ name: 'none', edits: [] }]);
  });
});
