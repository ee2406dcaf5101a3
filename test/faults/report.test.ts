import { expect, test } from 'vitest';
import { replayOf } from './report.ts';

test('what plays a seed again → on the same queue, with the same defect', () => {
  expect(replayOf({ seed: 7, queue: 'redis' })).toBe('npm run faults -- --only 7 --queue redis');
  expect(replayOf({ seed: 7, queue: 'postgres', mutant: 'never-pinned' })).toBe(
    'npm run faults -- --mutant never-pinned --only 7 --queue postgres',
  );
});
