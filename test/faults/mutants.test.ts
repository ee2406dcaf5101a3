import { describe, expect, test } from 'vitest';
import { edited, IMPATIENCE, readSource } from './build-bot.ts';
import { MUTANTS } from './mutants.ts';

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
